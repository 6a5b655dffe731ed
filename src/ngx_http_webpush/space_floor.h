// The room that must stay free on the disk of the logs. Below this floor no record is taken, neither
// of subscriptions nor of events: what is left is for heartbeats, for a database that may lie on the
// same disk, and for whoever comes to make room.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "ngx.h"

namespace ngx_webpush {

class SpaceFloor {
public:
    // `min_free` in octets, 0: no floor. `errors` must outlive this. Measures at once.
    SpaceFloor(std::string directory, off_t min_free, ngx_log_t* errors);

    // To be called every second. One system call that the kernel answers from memory.
    void measure();

    bool is_reached() const { return reached_; }

    // A record that was not taken for want of room.
    void count_refusal() { ++refused_; }

private:
    bool is_below(off_t limit) const;

    std::string directory_;
    off_t min_free_;
    ngx_log_t* errors_;
    std::uint64_t refused_ = 0;  // since the floor was reached
    bool reached_ = false;
};

}  // namespace ngx_webpush
