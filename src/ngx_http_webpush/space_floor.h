// The room that must stay free on the disk of the logs. Below this floor no record is taken, neither
// of subscriptions nor of events: what is left is for heartbeats, for a database that may lie on the
// same disk, and for whoever comes to make room.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "counters.h"
#include "ngx.h"

namespace ngx_webpush {

class SpaceFloor {
public:
    // `min_free` in octets, 0: no floor. `counters` and `errors` must outlive this. Measures at once.
    SpaceFloor(std::string directory, off_t min_free, SpaceCounters& counters, ngx_log_t* errors);

    // To be called every second. One system call that the kernel answers from memory.
    void measure();

    bool is_reached() const { return reached_; }

    // A record that was not taken for want of room.
    void count_refusal() {
        ++refused_;
        counters_.refused.add(1);
    }

private:
    std::uint64_t free_space();

    std::string directory_;
    std::uint64_t min_free_;
    SpaceCounters& counters_;
    ngx_log_t* errors_;
    std::uint64_t refused_ = 0;  // since the floor was reached
    bool reached_ = false;
};

}  // namespace ngx_webpush
