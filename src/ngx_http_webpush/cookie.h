// The visitor cookie: tells later visits of a subscribed browser, signed, invisible to scripts. Set
// by the edge because Safari keeps what scripts set for seven days only.
#pragma once

#include "ngx.h"
#include "site_files.h"
#include "webpush/octets.h"

namespace ngx_webpush {

void set_visitor_cookie(ngx_http_request_t* r, const Site& site, const webpush::SubscriptionId& id);
void clear_visitor_cookie(ngx_http_request_t* r);

}  // namespace ngx_webpush
