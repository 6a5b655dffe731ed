// Counts every request in a location of ours when nginx logs it: what nginx itself refused and
// whoever was gone before the answer included.
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// Handler of the log phase.
ngx_int_t count_request(ngx_http_request_t* r) noexcept;

}  // namespace ngx_webpush
