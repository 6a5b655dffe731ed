#include "ingest/event_log_keeper.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include "log.h"

namespace webpushd {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t day = 24 * 3600;  // seconds
constexpr std::uint64_t megabyte = 1024 * 1024;
constexpr std::uint64_t stat_block = 512;  // the unit of st_blocks, whatever the file system's is

std::int64_t unix_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::optional<std::uint64_t> free_octets(const std::string& directory) {
    struct statvfs disk;
    if (::statvfs(directory.c_str(), &disk) != 0) { return std::nullopt; }
    return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
}

}  // namespace

EventLogKeeper::EventLogKeeper(const Settings& settings) : settings_(settings), looking_(1s) {}

void EventLogKeeper::add(const std::string& name) {
    struct stat info;
    if (::stat(path_of(name).c_str(), &info) == 0) { kept_.emplace(info.st_mtim.tv_sec, name); }
}

void EventLogKeeper::look() {
    if (!looking_.is_due()) { return; }
    if (settings_.event_log_days > 0) { delete_old(); }
    make_room();
}

void EventLogKeeper::delete_old() {
    const std::int64_t limit = unix_seconds() - settings_.event_log_days * day;
    const std::size_t before = kept_.size();
    while (!kept_.empty() && kept_.begin()->first < limit) { delete_oldest(); }
    if (kept_.size() == before) { return; }
    log_info("ingest: deleted {} event logs older than {} days", before - kept_.size(),
             settings_.event_log_days);
}

void EventLogKeeper::make_room() {
    auto room = free_octets(settings_.log_dir);
    if (!room || *room >= settings_.log_min_free) {
        warned_ = false;
        return;
    }
    const std::uint64_t found = *room;
    const std::size_t before = kept_.size();
    // By what they took: not every file system gives room back at once.
    while (!kept_.empty() && *room < settings_.log_min_free) { *room += delete_oldest(); }
    if (kept_.size() != before) {
        log_warn("ingest: only {} MB free in {}: deleted {} event logs, the oldest", found / megabyte,
                 settings_.log_dir, before - kept_.size());
    } else if (!warned_) {
        warned_ = true;
        log_warn("ingest: only {} MB free in {}, and no event log is left that could be deleted",
                 found / megabyte, settings_.log_dir);
    }
}

// Tells how many octets it took. One that somebody else has deleted took none.
std::uint64_t EventLogKeeper::delete_oldest() {
    const std::string path = path_of(kept_.begin()->second);
    kept_.erase(kept_.begin());
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) { return 0; }
    if (::unlink(path.c_str()) != 0) {
        if (errno != ENOENT) { log_warn("ingest: cannot delete {}: {}", path, std::strerror(errno)); }
        return 0;
    }
    return static_cast<std::uint64_t>(info.st_blocks) * stat_block;
}

std::string EventLogKeeper::path_of(const std::string& name) const {
    return settings_.log_dir + "/" + name;
}

}  // namespace webpushd
