// Who may post: pages of the site itself (Fetch standard: Origin, Sec-Fetch-Site).
#pragma once

#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// True when Origin is absent, the site's own, or one of webpush_origin, and Sec-Fetch-Site does not
// say otherwise. A browser sends Origin with every POST of a script, so a page elsewhere cannot
// pass; other programs can send what they like, and gain nothing by it.
bool is_own_origin(ngx_http_request_t* r);

// One of `origins`, which may be nullptr: none.
bool is_listed(const ngx_array_t* origins, std::string_view origin);

}  // namespace ngx_webpush
