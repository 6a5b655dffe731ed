#include "origin.h"

#include <algorithm>

#include "conf.h"
#include "headers_in.h"
#include "str.h"
#include "webpush/http_field.h"

namespace ngx_webpush {
namespace {

bool is_tls([[maybe_unused]] ngx_http_request_t* r) {
#if (NGX_HTTP_SSL)
    return r->connection->ssl != nullptr;
#else
    return false;
#endif
}

// Host and port that the client asked for. HTTP/3 has them in :authority only (RFC 9114 section
// 4.3.1), which nginx makes a Host header in HTTP/2 but not there.
std::string_view authority(ngx_http_request_t* r) {
    if (r->headers_in.host != nullptr) { return to_view(r->headers_in.host->value); }
    if (r->host_start == nullptr) { return {}; }
    return {reinterpret_cast<char*>(r->host_start),
            static_cast<std::size_t>(r->host_end - r->host_start)};
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
    return origin.empty() || webpush::is_origin_of_host(origin, authority(r), is_tls(r)) ||
           is_listed(loc_conf(r).origins, origin);
}

}  // namespace ngx_webpush
