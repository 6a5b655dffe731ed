// Keeps errors that repeat from filling the error log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "ngx.h"

namespace ngx_webpush {

// Lets one message through a second. Main thread only.
class Throttle {
public:
    // nullopt: not now. Otherwise how many were held back since the last one.
    std::optional<std::uint64_t> admit() {
        bool due = is_new_ || static_cast<ngx_msec_int_t>(ngx_current_msec - next_) >= 0;
        is_new_ = false;
        if (!due) {
            ++held_back_;
            return std::nullopt;
        }
        next_ = ngx_current_msec + interval;
        return take();
    }

    // How many were held back and never told.
    std::uint64_t take() { return std::exchange(held_back_, 0); }

private:
    static constexpr ngx_msec_t interval = 1000;

    bool is_new_ = true;
    ngx_msec_t next_ = 0;
    std::uint64_t held_back_ = 0;
};

// What a message says of those that were held back; "" when none was.
inline std::string suppressed(std::uint64_t held_back) {
    if (held_back == 0) { return {}; }
    return ", " + std::to_string(held_back) + " more errors suppressed";
}

}  // namespace ngx_webpush
