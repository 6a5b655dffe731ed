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

// Whether one of the request's Cookie headers passes `test`, in their order.
template <typename Test>
bool any_cookie_header(ngx_http_request_t* r, Test test) {
#if (nginx_version >= 1023000)
    for (ngx_table_elt_t* header = r->headers_in.cookie; header; header = header->next) {
        if (test(header->value)) { return true; }
    }
#else
    auto** headers = static_cast<ngx_table_elt_t**>(r->headers_in.cookies.elts);
    for (ngx_uint_t i = 0; i < r->headers_in.cookies.nelts; ++i) {
        if (test(headers[i]->value)) { return true; }
    }
#endif
    return false;
}

}  // namespace ngx_webpush
