#include "request.h"

#include <optional>
#include <string>
#include <utility>

#include "answer.h"
#include "conf.h"
#include "cors.h"
#include "guard.h"
#include "headers_in.h"
#include "origin.h"
#include "request_kind.h"
#include "str.h"
#include "webpush/http_field.h"
#include "webpush/result.h"

namespace ngx_webpush {
namespace {

using webpush::Error;
using webpush::Problem;

std::optional<Error> refusal(ngx_http_request_t* r, std::size_t max_body) {
    if (!is_own_origin(r) && !is_of_cors_origin(r)) {
        return Error{Problem::origin_forbidden, {}, {}};
    }
    if (!is_json(r)) { return Error{Problem::content_type_unsupported, {}, {}}; }
    std::string_view encoding = header_in(r, "content-encoding");
    if (!encoding.empty() && !webpush::equal_ignoring_case(encoding, "identity")) {
        return Error{Problem::content_encoding_unsupported, {}, {}};
    }
    if (r->headers_in.content_length_n > static_cast<off_t>(max_body)) {
        return Error{Problem::body_too_large, {}, {}};
    }
    return std::nullopt;
}

void log_door([[maybe_unused]] ngx_http_request_t* r) {
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: request for \"%s\" of site \"%s\" from a page of %s",
                   name(kind_of(r)).data(), loc_conf(r).site->name.c_str(),
                   is_own_origin(r)       ? "the site"
                   : is_of_cors_origin(r) ? "webpush_cors"
                                          : "another origin");
}

// Reads what nginx kept of the body, in memory or in a temporary file. False when unreadable.
bool append_buffer(std::string& body, ngx_buf_t* buffer, std::size_t size) {
    if (ngx_buf_in_memory(buffer)) {
        body.append(reinterpret_cast<char*>(buffer->pos), size);
        return true;
    }
    std::size_t at = body.size();
    body.resize(at + size);
    auto* to = reinterpret_cast<u_char*>(body.data() + at);
    return ngx_read_file(buffer->file, to, size, buffer->file_pos) == static_cast<ssize_t>(size);
}

webpush::Result<std::string> join(const ngx_chain_t* chain, std::size_t max_body) {
    std::string body;
    for (; chain != nullptr; chain = chain->next) {
        auto size = static_cast<std::size_t>(ngx_buf_size(chain->buf));
        if (size > max_body - body.size()) { return Error{Problem::body_too_large, {}, {}}; }
        if (size > 0 && !append_buffer(body, chain->buf, size)) {
            return Error{Problem::internal, {}, {}};
        }
    }
    return body;
}

// In one piece, as a rule where it is; otherwise in `joined`. A chunked body tells its size only here.
webpush::Result<std::string_view> whole_body(ngx_http_request_t* r, std::size_t max_body,
                                             std::string& joined) {
    const ngx_chain_t* chain = r->request_body != nullptr ? r->request_body->bufs : nullptr;
    if (chain != nullptr && chain->next == nullptr && ngx_buf_in_memory(chain->buf)) {
        std::string_view body(reinterpret_cast<char*>(chain->buf->pos),
                              static_cast<std::size_t>(ngx_buf_size(chain->buf)));
        if (body.size() > max_body) { return Error{Problem::body_too_large, {}, {}}; }
        return body;
    }
    auto text = join(chain, max_body);
    if (!text) { return text.error(); }
    joined = std::move(*text);
    return std::string_view(joined);
}

}  // namespace

ngx_int_t read_post(ngx_http_request_t* r, ngx_http_client_body_handler_pt on_read,
                    std::size_t max_body) noexcept {
    constexpr ngx_int_t failed = NGX_HTTP_INTERNAL_SERVER_ERROR;
    return guarded(r->connection->log, "request", failed, [=]() -> ngx_int_t {
        log_door(r);
        if (is_preflight(r)) { return answer_preflight(r); }
        if (!(r->method & NGX_HTTP_POST)) { return refuse_method(r, "POST"); }
        if (auto error = refusal(r, max_body)) { return send_problem(r, *error); }

        r->request_body_in_single_buf = 1;
        ngx_int_t rc = ngx_http_read_client_request_body(r, on_read);
        return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
    });
}

void handle_body(ngx_http_request_t* r, BodyHandler handler, std::size_t max_body) noexcept {
    constexpr ngx_int_t failed = NGX_HTTP_INTERNAL_SERVER_ERROR;
    ngx_int_t rc = guarded(r->connection->log, "request body", failed, [=]() -> ngx_int_t {
        std::string joined;
        auto body = whole_body(r, max_body, joined);
        return body ? handler(r, *body) : send_problem(r, body.error());
    });
    if (rc != parked) { ngx_http_finalize_request(r, rc); }
}

}  // namespace ngx_webpush
