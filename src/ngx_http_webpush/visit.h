// webpush_visit: visits of subscribers, recorded in the log phase from the visitor cookie, without
// any script in the page (README.md has the rules).
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// Handler of the log phase.
ngx_int_t log_visit(ngx_http_request_t* r) noexcept;

}  // namespace ngx_webpush
