#include "cors.h"

#include "answer.h"
#include "conf.h"
#include "endpoints.h"
#include "guard.h"
#include "headers_in.h"
#include "origin.h"
#include "request_context.h"

namespace ngx_webpush {
namespace {

constexpr std::string_view max_age_seconds = "7200";  // what Chromium takes; Firefox takes a day

// Written once, while nginx reads its configuration.
ngx_http_output_header_filter_pt next_header_filter;

// Click links are opened, not fetched.
bool takes_posts(const LocConf& conf) {
    return conf.handler == subscribe_handler || conf.handler == unsubscribe_handler ||
           conf.handler == event_handler;
}

// Vary also where the origin is not listed: a cache must not give one page's answer to another.
void add_cors_headers(ngx_http_request_t* r) {
    const LocConf& conf = loc_conf(r);
    if (conf.cors == nullptr || !takes_posts(conf)) { return; }
    add_header(r, "Vary", "Origin");
    if (!is_of_cors_origin(r)) { return; }
    add_header(r, "Access-Control-Allow-Origin", header_in(r, "origin"));
    add_header(r, "Access-Control-Allow-Credentials", "true");
}

ngx_int_t header_filter(ngx_http_request_t* r) noexcept {
    ngx_int_t rc = guarded(r->connection->log, "cors filter", NGX_ERROR, [r]() -> ngx_int_t {
        if (r == r->main) { add_cors_headers(r); }
        return NGX_OK;
    });
    return rc == NGX_OK ? next_header_filter(r) : rc;
}

}  // namespace

bool is_of_cors_origin(ngx_http_request_t* r) {
    return is_listed(loc_conf(r).cors, header_in(r, "origin"));
}

bool is_preflight(ngx_http_request_t* r) {
    return (r->method & NGX_HTTP_OPTIONS) && is_of_cors_origin(r) &&
           !header_in(r, "access-control-request-method").empty();
}

ngx_int_t answer_preflight(ngx_http_request_t* r) {
    ngx_int_t rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) { return rc; }
    note_outcome(r, Outcome::uncounted);
    add_header(r, "Access-Control-Allow-Methods", "POST");
    add_header(r, "Access-Control-Allow-Headers", "content-type");
    add_header(r, "Access-Control-Max-Age", max_age_seconds);
    return send_nothing(r);
}

void install_cors_filter() noexcept {
    next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header_filter;
}

}  // namespace ngx_webpush
