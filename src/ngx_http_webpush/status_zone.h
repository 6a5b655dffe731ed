// The shared memory zone of the counters, as nginx keeps such zones: made at the start, taken over
// by the next configuration when its size is the same.
#pragma once

#include "counters.h"
#include "ngx.h"
#include "site_files.h"

namespace ngx_webpush {

inline constexpr std::size_t default_status_zone_size = 1024 * 1024;
inline constexpr std::size_t min_status_zone_size = 64 * 1024;

// Of one configuration, in its pool.
struct StatusZone {
    Sites* sites = nullptr;
    Counters* counters = nullptr;  // of all workers; there once nginx has made the zone
};

// Before the zones of the configuration are made. Its sites get their counters with them, or nginx
// refuses the configuration because the zone is too small for them. nullptr after logging.
StatusZone* add_status_zone(ngx_conf_t* cf, std::size_t size, Sites& sites);

}  // namespace ngx_webpush
