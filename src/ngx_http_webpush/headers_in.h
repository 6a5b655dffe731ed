// Request headers that nginx itself does not look at.
#pragma once

#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// The first header of this name ("" when absent); `name` in lower case. Valid as long as the
// request.
std::string_view header_in(ngx_http_request_t* r, std::string_view name);

// application/json, with or without parameters.
bool is_json(ngx_http_request_t* r);

// A speculative load (Sec-Purpose, Purpose or X-Moz): nobody has clicked yet.
bool is_prefetch(ngx_http_request_t* r);

}  // namespace ngx_webpush
