// webpush_cors: pages of other hosts of the same owner may use our endpoints (Fetch standard, "CORS
// protocol").
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// A page of an origin that is listed sends it.
bool is_of_cors_origin(ngx_http_request_t* r);

// The browser asks before such a page may post.
bool is_preflight(ngx_http_request_t* r);

// 204: it may.
ngx_int_t answer_preflight(ngx_http_request_t* r);

// Lets such pages read what is answered, nginx's own refusals included.
void install_cors_filter() noexcept;

}  // namespace ngx_webpush
