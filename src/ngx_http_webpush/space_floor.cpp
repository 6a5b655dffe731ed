#include "space_floor.h"

#include <sys/statvfs.h>

#include <utility>

namespace ngx_webpush {

SpaceFloor::SpaceFloor(std::string directory, off_t min_free, ngx_log_t* errors)
    : directory_(std::move(directory)), min_free_(min_free), errors_(errors) {
    measure();
}

void SpaceFloor::measure() {
    if (!reached_ && is_below(min_free_)) {
        reached_ = true;
        refused_ = 0;
        ngx_log_error(NGX_LOG_CRIT, errors_, 0,
                      "webpush: less than %O bytes are free in \"%s\", records are refused",
                      min_free_, directory_.c_str());
    } else if (reached_ && !is_below(min_free_ + min_free_ / 8)) {  // not to and fro at the limit
        reached_ = false;
        ngx_log_error(NGX_LOG_NOTICE, errors_, 0,
                      "webpush: there is room in \"%s\" again, %uL records were refused",
                      directory_.c_str(), refused_);
    }
}

// Where it cannot be told there is room: writing will show.
bool SpaceFloor::is_below(off_t limit) const {
    struct statvfs disk;
    if (limit == 0 || ::statvfs(directory_.c_str(), &disk) != 0) { return false; }
    // What is left to users other than root, as workers are.
    return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize <
           static_cast<std::uint64_t>(limit);
}

}  // namespace ngx_webpush
