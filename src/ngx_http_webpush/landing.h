// webpush_landing: how the pages answer that click links lead to, counted in the log phase, for
// whoever sends: a campaign had better wait while its landing page is down.
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// Handler of the log phase.
ngx_int_t log_landing(ngx_http_request_t* r) noexcept;

}  // namespace ngx_webpush
