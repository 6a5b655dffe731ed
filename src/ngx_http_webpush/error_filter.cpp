#include "error_filter.h"

#include <string>

#include "answer.h"
#include "conf.h"
#include "guard.h"
#include "request_context.h"
#include "str.h"
#include "webpush/problem.h"

namespace ngx_webpush {
namespace {

// Written once, while nginx reads its configuration.
ngx_http_output_header_filter_pt next_header_filter;
ngx_http_output_body_filter_pt next_body_filter;

std::string problem_text(ngx_http_request_t* r) {
    return webpush::problem_json(static_cast<int>(r->headers_out.status));
}

bool is_refusal_of_core(ngx_http_request_t* r) {
    return r == r->main && r->headers_out.status >= NGX_HTTP_BAD_REQUEST &&
           loc_conf(r).handler != nullptr && to_view(r->headers_out.content_type) != problem_type;
}

ngx_int_t header_filter(ngx_http_request_t* r) noexcept {
    ngx_int_t rc = guarded(r->connection->log, "error filter", NGX_ERROR, [r]() -> ngx_int_t {
        if (!is_refusal_of_core(r)) { return NGX_OK; }
        request_context(r, true)->replace_body = true;
        ngx_http_clear_last_modified(r);
        ngx_http_clear_accept_ranges(r);
        ngx_http_clear_etag(r);
        r->headers_out.content_length_n = static_cast<off_t>(problem_text(r).size());
        r->headers_out.content_type = copy_to_pool(r->pool, problem_type);
        r->headers_out.content_type_len = problem_type.size();
        r->headers_out.content_type_lowcase = nullptr;
        r->headers_out.charset.len = 0;
        return NGX_OK;
    });
    return rc == NGX_OK ? next_header_filter(r) : rc;
}

// The error page is thrown away; marked as sent so that nobody waits for it.
void swallow(ngx_chain_t* in) {
    for (; in != nullptr; in = in->next) {
        in->buf->pos = in->buf->last;
        in->buf->file_pos = in->buf->file_last;
    }
}

ngx_int_t send_instead(ngx_http_request_t* r) {
    ngx_str_t text = copy_to_pool(r->pool, problem_text(r));
    auto* buffer = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
    ngx_chain_t* chain = ngx_alloc_chain_link(r->pool);
    if (buffer == nullptr || chain == nullptr) { return NGX_ERROR; }
    buffer->pos = text.data;
    buffer->last = text.data + text.len;
    buffer->memory = 1;
    buffer->last_buf = 1;
    buffer->last_in_chain = 1;
    *chain = {buffer, nullptr};
    return next_body_filter(r, chain);
}

ngx_int_t body_filter(ngx_http_request_t* r, ngx_chain_t* in) noexcept {
    return guarded(r->connection->log, "error filter", NGX_ERROR, [=]() -> ngx_int_t {
        RequestContext* context = request_context(r, false);
        if (in == nullptr || context == nullptr || !context->replace_body) {
            return next_body_filter(r, in);
        }
        bool is_last = false;
        for (ngx_chain_t* link = in; link != nullptr; link = link->next) {
            is_last = is_last || link->buf->last_buf;
        }
        swallow(in);
        return is_last ? send_instead(r) : NGX_OK;
    });
}

}  // namespace

void install_error_filter() noexcept {
    next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header_filter;
    next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = body_filter;
}

}  // namespace ngx_webpush
