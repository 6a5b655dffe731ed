#include "answer.h"

#include <algorithm>
#include <string>

#include "request_context.h"
#include "str.h"
#include "webpush/json_out.h"

namespace ngx_webpush {
namespace {

constexpr std::uint32_t retry_after_unavailable = 10;  // seconds

// 0: nobody knows.
std::uint32_t retry_after(const webpush::Error& error, int status) {
    bool is_ours = error.retry_after == 0 && status == NGX_HTTP_SERVICE_UNAVAILABLE;
    return is_ours ? retry_after_unavailable : error.retry_after;
}

[[maybe_unused]] const char* result_of(ngx_http_request_t* r) {
    const RequestContext* context = request_context(r, false);
    return context != nullptr ? name(context->outcome).data() : "";
}

void set_content_type(ngx_http_request_t* r, std::string_view type) {
    r->headers_out.content_type = {type.size(),
                                   reinterpret_cast<u_char*>(const_cast<char*>(type.data()))};
    r->headers_out.content_type_len = std::min(type.size(), type.find(';'));
    r->headers_out.content_type_lowcase = nullptr;
}

ngx_int_t send(ngx_http_request_t* r, ngx_uint_t status, std::string_view body) {
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0, "webpush: \"%s\" answered %ui \"%s\"",
                   name(kind_of(r)).data(), status, result_of(r));
    r->headers_out.status = status;
    bool has_body = status != NGX_HTTP_NO_CONTENT;  // and its length, RFC 9110 section 8.6
    r->headers_out.content_length_n = has_body ? static_cast<off_t>(body.size()) : -1;
    add_header(r, "Cache-Control", "no-store");
    if (body.empty()) { r->header_only = 1; }

    // The buffer first: once the header is sent nothing may fail any more.
    ngx_str_t copy = copy_to_pool(r->pool, body);
    auto* buffer = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
    if (buffer == nullptr) { throw std::bad_alloc(); }
    buffer->pos = copy.data;
    buffer->last = copy.data + copy.len;
    buffer->memory = 1;
    buffer->last_buf = 1;
    buffer->last_in_chain = 1;

    ngx_int_t rc = ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) { return rc; }
    ngx_chain_t out = {buffer, nullptr};
    return ngx_http_output_filter(r, &out);
}

}  // namespace

void add_header(ngx_http_request_t* r, std::string_view name, std::string_view value) {
    auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
    if (header == nullptr) { throw std::bad_alloc(); }
    header->hash = 0;  // not sent while the value is missing
    header->key = {name.size(), reinterpret_cast<u_char*>(const_cast<char*>(name.data()))};
    header->value = copy_to_pool(r->pool, value);
    header->hash = 1;
    end_header_chain(header);
}

ngx_int_t send_text(ngx_http_request_t* r, std::string_view type, std::string_view text) {
    set_content_type(r, type);
    return send(r, NGX_HTTP_OK, text);
}

ngx_int_t send_json(ngx_http_request_t* r, ngx_uint_t status, std::string_view json) {
    set_content_type(r, "application/json");
    return send(r, status, json);
}

ngx_int_t send_id(ngx_http_request_t* r, ngx_uint_t status, const webpush::SubscriptionId& id) {
    note_outcome(r, Outcome::accepted);
    std::string body;
    webpush::JsonWriter json(body);
    json.begin_object();
    json.member_octets("id", webpush::view(id));
    json.end_object();
    return send_json(r, status, body);
}

ngx_int_t send_nothing(ngx_http_request_t* r) { return send(r, NGX_HTTP_NO_CONTENT, ""); }

ngx_int_t send_redirect(ngx_http_request_t* r, std::string_view location) {
    add_header(r, "Location", location);
    add_header(r, "Referrer-Policy", "no-referrer");
    return send(r, NGX_HTTP_MOVED_TEMPORARILY, "");
}

ngx_int_t send_problem(ngx_http_request_t* r, const webpush::Error& error) {
    const webpush::ProblemInfo& problem = webpush::info(error.problem);
    bool has_been_logged = error.problem == webpush::Problem::too_many_requests;  // limits.cpp
    if (problem.status < NGX_HTTP_INTERNAL_SERVER_ERROR && !has_been_logged) {
        std::string code(problem.code);
        ngx_log_error(NGX_LOG_INFO, r->connection->log, 0, "webpush: client sent %s \"%s\"",
                      code.c_str(), error.field.c_str());
    }
    note_outcome(r, refused(error.problem));

    ngx_int_t rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) { return rc; }
    if (std::uint32_t seconds = retry_after(error, problem.status)) {
        add_header(r, "Retry-After", std::to_string(seconds));
    }
    set_content_type(r, problem_type);
    return send(r, static_cast<ngx_uint_t>(problem.status), webpush::problem_json(error));
}

ngx_int_t refuse_method(ngx_http_request_t* r, std::string_view allowed) {
    add_header(r, "Allow", allowed);
    return send_problem(r, {webpush::Problem::method_not_allowed, {}, {}});
}

}  // namespace ngx_webpush
