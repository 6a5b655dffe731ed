// Who sends a request: the subscription that the visitor cookie names.
#pragma once

#include <optional>

#include "ngx.h"
#include "webpush/octets.h"

namespace ngx_webpush {

// nullopt without a cookie that the location's site has signed. Costs a MAC.
std::optional<webpush::SubscriptionId> visitor_of(ngx_http_request_t* r);

}  // namespace ngx_webpush
