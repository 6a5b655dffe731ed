// The common way of our POST endpoints: checks at the door, then the body, then the endpoint.
#pragma once

#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// Answers and returns what to finalize the request with, or `parked` when somebody else does later.
// Not NGX_AGAIN: so answer those whose client cannot take all of the answer yet, and finalizing is
// what makes nginx send the rest.
using BodyHandler = ngx_int_t (*)(ngx_http_request_t* r, std::string_view body);
inline constexpr ngx_int_t parked = NGX_DONE;

// Largest body of most endpoints; subscriptions have less than 1.5 kB.
inline constexpr std::size_t usual_max_body = 8 * 1024;

// Content handler's beginning: refuses at the door (method, origin, type, size) or reads the body
// and calls `on_read` when it is there.
ngx_int_t read_post(ngx_http_request_t* r, ngx_http_client_body_handler_pt on_read,
                    std::size_t max_body) noexcept;

// Calls the endpoint with the body that was read; every outcome but `parked` finalizes.
void handle_body(ngx_http_request_t* r, BodyHandler handler, std::size_t max_body) noexcept;

template <BodyHandler handler, std::size_t max_body = usual_max_body>
ngx_int_t accept_post(ngx_http_request_t* r) noexcept {
    auto on_read = [](ngx_http_request_t* request) { handle_body(request, handler, max_body); };
    return read_post(r, on_read, max_body);
}

}  // namespace ngx_webpush
