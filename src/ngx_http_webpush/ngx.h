// The only place that includes nginx's headers, and what differs between nginx versions.
#pragma once

// Their order matters.
// clang-format off
extern "C" {
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>
#include <ngx_thread_pool.h>
#include <nginx.h>

extern ngx_module_t ngx_http_webpush_module;
}
// clang-format on

#if !(NGX_THREADS)
#error "ngx_http_webpush_module needs an nginx configured --with-threads"
#endif

namespace ngx_webpush {

// Headers of one name are chained since 1.23.0; one that is pushed without it must say so.
inline void end_header_chain([[maybe_unused]] ngx_table_elt_t* header) {
#if (nginx_version >= 1023000)
    header->next = nullptr;
#endif
}

// The first cookie of this name.
inline bool find_cookie(ngx_http_request_t* r, ngx_str_t name, ngx_str_t& value) {
#if (nginx_version >= 1023000)
    ngx_table_elt_t* cookies = r->headers_in.cookie;
    return ngx_http_parse_multi_header_lines(r, cookies, &name, &value) != nullptr;
#else
    ngx_array_t* cookies = &r->headers_in.cookies;
    return ngx_http_parse_multi_header_lines(cookies, &name, &value) != NGX_DECLINED;
#endif
}

}  // namespace ngx_webpush
