#include "ingest/log_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

#include "log.h"

namespace webpushd {

namespace {

constexpr std::string_view unfinished = ".new";
constexpr auto making = std::chrono::minutes(1);  // longer than any worker is at it

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

Directory open_directory(const std::string& path) { return {::opendir(path.c_str()), ::closedir}; }

std::optional<webpush::LogKind> kind_of(std::string_view name) {
    if (!name.ends_with(".jsonl")) { return std::nullopt; }
    if (name.starts_with("subscriptions-")) { return webpush::LogKind::subscription; }
    if (name.starts_with("events-")) { return webpush::LogKind::event; }
    return std::nullopt;
}

bool is_unfinished(std::string_view name) {
    return name.ends_with(unfinished) && kind_of(name.substr(0, name.size() - unfinished.size()));
}

// Locks only what is old: a worker that is making its log asks for the lock once, and fails where it is
// held.
bool is_abandoned(int fd) {
    struct stat info;
    if (::fstat(fd, &info) != 0) { return false; }
    const auto written = std::chrono::system_clock::from_time_t(info.st_mtim.tv_sec);
    const bool is_old = std::chrono::system_clock::now() - written > making;
    return is_old && ::flock(fd, LOCK_SH | LOCK_NB) == 0;
}

}  // namespace

std::vector<LogName> list_logs(const std::string& directory) {
    std::vector<LogName> logs;
    const Directory listing = open_directory(directory);
    if (!listing) {
        throw std::runtime_error("cannot read the directory " + directory + ": " + std::strerror(errno));
    }
    while (const dirent* entry = ::readdir(listing.get())) {
        const auto kind = kind_of(entry->d_name);
        if (kind) { logs.push_back({entry->d_name, *kind}); }
    }
    std::sort(logs.begin(), logs.end(),
              [](const LogName& a, const LogName& b) { return a.file < b.file; });
    return logs;
}

void remove_unfinished(const std::string& directory) {
    const Directory listing = open_directory(directory);
    while (const dirent* entry = listing ? ::readdir(listing.get()) : nullptr) {
        if (!is_unfinished(entry->d_name)) { continue; }
        const int at = ::dirfd(listing.get());
        const int fd = ::openat(at, entry->d_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0) { continue; }
        if (is_abandoned(fd)) { ::unlinkat(at, entry->d_name, 0); }
        ::close(fd);
    }
}

void put_away(const std::string& path, std::int64_t skipped) {
    const std::string aside = path + ".skipped";
    const bool whole = skipped == 0;
    const int failed = whole ? ::unlink(path.c_str()) : std::rename(path.c_str(), aside.c_str());
    if (failed != 0 && errno != ENOENT) {
        log_warn("ingest: cannot {} {}: {}", whole ? "delete" : "rename", path, std::strerror(errno));
    } else if (!whole) {
        log_warn("ingest: lines were skipped ({}): kept as {}", skipped, aside);
    }
}

}  // namespace webpushd
