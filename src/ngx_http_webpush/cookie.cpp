#include "cookie.h"

#include <string>

#include "answer.h"
#include "str.h"
#include "webpush/token.h"

namespace ngx_webpush {
namespace {

// Always Secure: push exists in secure contexts only, and browsers take such cookies from
// http://localhost and http://127.0.0.1 too.
constexpr std::string_view attributes = "; Path=/; HttpOnly; Secure; SameSite=Lax";
// By its prefix (RFC 6265bis section 4.1.3.2) browsers take it from this very host only: no other
// subdomain can plant the cookie of a subscription of its own.
constexpr std::string_view name = "__Host-webpush_visitor=";
constexpr std::string_view longest_age = "; Max-Age=34560000";  // 400 days, what browsers allow

// Empty when there is none of that name.
std::string_view value_in(std::string_view cookies) {
    std::size_t at = cookies.find(name);
    while (at != std::string_view::npos && at > 0 && cookies[at - 1] != ' ' &&
           cookies[at - 1] != ';') {
        at = cookies.find(name, at + 1);  // the end of another's name, or within a value
    }
    if (at == std::string_view::npos) { return {}; }
    std::string_view value = cookies.substr(at + name.size());
    return value.substr(0, value.find(';'));
}

}  // namespace

void set_visitor_cookie(ngx_http_request_t* r, const Site& site,
                        const webpush::SubscriptionId& id) {
    webpush::VisitorCookie cookie{id, static_cast<std::uint32_t>(ngx_time())};
    std::string value(name);
    value += webpush::sign(cookie, site.name, site.link_keys);
    add_header(r, "Set-Cookie", value.append(longest_age).append(attributes));
}

// By find(), which looks for the name's first letter only, where nginx's own search takes every letter
// of every cookie: this is asked for at every visit.
std::string_view visitor_cookie(ngx_http_request_t* r) {
    std::string_view value;
    any_cookie_header(r, [&value](const ngx_str_t& header) {
        value = value_in(to_view(header));
        return !value.empty();
    });
    return value;
}

void clear_visitor_cookie(ngx_http_request_t* r) {
    add_header(r, "Set-Cookie", std::string(name).append("; Max-Age=0").append(attributes));
}

}  // namespace ngx_webpush
