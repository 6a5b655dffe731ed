// $webpush_event, $webpush_site, $webpush_run, $webpush_subscription, $webpush_result: what
// log_format and the like can tell of requests in our locations. README.md documents them.
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// The module's preconfiguration.
ngx_int_t add_variables(ngx_conf_t* cf) noexcept;

}  // namespace ngx_webpush
