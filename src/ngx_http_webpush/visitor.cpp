#include "visitor.h"

#include "conf.h"
#include "cookie.h"
#include "token_log.h"
#include "webpush/token.h"

namespace ngx_webpush {

std::optional<webpush::SubscriptionId> visitor_of(ngx_http_request_t* r) {
    std::string_view value = visitor_cookie(r);
    if (value.empty()) { return std::nullopt; }
    const Site& site = *loc_conf(r).site;
    auto cookie = webpush::verify_visitor(value, site.name, site.link_keys);
    log_token(r, "visitor cookie", value, cookie.has_value());
    if (!cookie) { return std::nullopt; }
    return cookie->subscription;
}

}  // namespace ngx_webpush
