// nginx's cached wall clock in the logs' unit.
#pragma once

#include <cstdint>

#include "ngx.h"

namespace ngx_webpush {

// Unix milliseconds, as of the beginning of this round of the event loop. Main thread only.
inline std::int64_t now_ms() {
    const volatile ngx_time_t* now = ngx_timeofday();
    return static_cast<std::int64_t>(now->sec) * 1000 + static_cast<std::int64_t>(now->msec);
}

}  // namespace ngx_webpush
