#include "ingest/log_directory.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

#include "log.h"

namespace webpushd {

namespace {

std::optional<webpush::LogKind> kind_of(std::string_view name) {
    if (!name.ends_with(".jsonl")) { return std::nullopt; }
    if (name.starts_with("subscriptions-")) { return webpush::LogKind::subscription; }
    if (name.starts_with("events-")) { return webpush::LogKind::event; }
    return std::nullopt;
}

}  // namespace

std::vector<LogName> list_logs(const std::string& directory) {
    std::vector<LogName> logs;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::opendir(directory.c_str()), ::closedir);
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
