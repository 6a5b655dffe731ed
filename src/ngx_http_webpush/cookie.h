// The visitor cookie: tells later visits of a subscribed browser, signed, invisible to scripts. Set
// by the edge because Safari keeps what scripts set for seven days only.
#pragma once

#include <string_view>

#include "ngx.h"
#include "site_files.h"
#include "webpush/octets.h"

namespace ngx_webpush {

void set_visitor_cookie(ngx_http_request_t* r, const Site& site, const webpush::SubscriptionId& id);
// The value that the browser sent, not verified; "" when there is none. Valid as long as the request.
std::string_view visitor_cookie(ngx_http_request_t* r);
void clear_visitor_cookie(ngx_http_request_t* r);

}  // namespace ngx_webpush
