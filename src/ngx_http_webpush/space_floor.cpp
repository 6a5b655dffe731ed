#include "space_floor.h"

#include <sys/statvfs.h>

#include <limits>
#include <utility>

namespace ngx_webpush {

SpaceFloor::SpaceFloor(std::string directory, off_t min_free, SpaceCounters& counters,
                       ngx_log_t* errors)
    : directory_(std::move(directory)),
      min_free_(static_cast<std::uint64_t>(min_free)),
      counters_(counters),
      errors_(errors) {
    measure();
}

void SpaceFloor::measure() {
    const std::uint64_t free = free_space();
    if (!reached_ && free < min_free_) {
        reached_ = true;
        refused_ = 0;
        ngx_log_error(NGX_LOG_CRIT, errors_, 0,
                      "webpush: less than %uL bytes are free in \"%s\", records are refused",
                      min_free_, directory_.c_str());
    } else if (reached_ && free >= min_free_ + min_free_ / 8) {  // not to and fro at the limit
        reached_ = false;
        ngx_log_error(NGX_LOG_NOTICE, errors_, 0,
                      "webpush: there is room in \"%s\" again, %uL records were refused",
                      directory_.c_str(), refused_);
    }
    counters_.reached.set(reached_ ? 1 : 0);
}

// What is left to users other than root, as workers are. Where it cannot be told there is room:
// writing will show.
std::uint64_t SpaceFloor::free_space() {
    struct statvfs disk;
    if (::statvfs(directory_.c_str(), &disk) != 0) {
        return std::numeric_limits<std::uint64_t>::max();
    }
    const std::uint64_t free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
    counters_.free.set(free);
    counters_.measured.set(1);
    return free;
}

}  // namespace ngx_webpush
