#include "origin.h"

#include <algorithm>

#include "conf.h"
#include "headers_in.h"
#include "str.h"

namespace ngx_webpush {
namespace {

bool is_tls([[maybe_unused]] ngx_http_request_t* r) {
#if (NGX_HTTP_SSL)
    return r->connection->ssl != nullptr;
#else
    return false;
#endif
}

// https is always good: a proxy in front may have ended TLS. http only where we speak it too.
bool is_host_of_request(ngx_http_request_t* r, std::string_view origin) {
    if (r->headers_in.host == nullptr) { return false; }
    std::string_view host = to_view(r->headers_in.host->value);
    if (origin.starts_with("https://")) { return equal_ignoring_case(origin.substr(8), host); }
    return !is_tls(r) && origin.starts_with("http://") &&
           equal_ignoring_case(origin.substr(7), host);
}

}  // namespace

bool is_listed(const ngx_array_t* origins, std::string_view origin) {
    if (origins == nullptr) { return false; }
    auto* list = static_cast<ngx_str_t*>(origins->elts);
    return std::any_of(list, list + origins->nelts,
                       [origin](const ngx_str_t& listed) { return to_view(listed) == origin; });
}

bool is_own_origin(ngx_http_request_t* r) {
    std::string_view site = header_in(r, "sec-fetch-site");
    if (!site.empty() && site != "same-origin" && site != "none") { return false; }
    std::string_view origin = header_in(r, "origin");
    return origin.empty() || is_host_of_request(r, origin) ||
           is_listed(loc_conf(r).origins, origin);
}

}  // namespace ngx_webpush
