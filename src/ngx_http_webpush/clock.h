// nginx's cached clocks in the units that are needed here.
#pragma once

#include <cstdint>

#include "ngx.h"

namespace ngx_webpush {

// Unix milliseconds, as of the beginning of this round of the event loop. Main thread only.
inline std::int64_t now_ms() {
    const volatile ngx_time_t* now = ngx_timeofday();
    return static_cast<std::int64_t>(now->sec) * 1000 + static_cast<std::int64_t>(now->msec);
}

// Seconds of a clock that does not go back, the same one in all workers.
inline std::uint32_t uptime_seconds() {
    return static_cast<std::uint32_t>(ngx_current_msec / 1000);
}

}  // namespace ngx_webpush
