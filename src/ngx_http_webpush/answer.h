// Answers of our locations. Each sends header and body and returns what a content handler returns
// (for ngx_http_finalize_request()); all throw std::bad_alloc only.
#pragma once

#include <string_view>

#include "ngx.h"
#include "webpush/octets.h"
#include "webpush/problem.h"

namespace ngx_webpush {

inline constexpr std::string_view problem_type = "application/problem+json";

// `name` must be a string literal or live as long as the request; the value is copied.
void add_header(ngx_http_request_t* r, std::string_view name, std::string_view value);

// 200 with a text of this type, which must be a string literal.
ngx_int_t send_text(ngx_http_request_t* r, std::string_view type, std::string_view text);

// JSON of the caller's with this HTTP status.
ngx_int_t send_json(ngx_http_request_t* r, ngx_uint_t status, std::string_view json);

// {"id":"<base64url>"} with this HTTP status; the request is accepted.
ngx_int_t send_id(ngx_http_request_t* r, ngx_uint_t status, const webpush::SubscriptionId& id);

// 204.
ngx_int_t send_nothing(ngx_http_request_t* r);

// 302 to exactly `location`; a path stays a path, as nginx behind a proxy does not know the scheme.
ngx_int_t send_redirect(ngx_http_request_t* r, std::string_view location);

// application/problem+json; 429 and 503 carry Retry-After. Reads the rest of the request's body away, so
// that the connection stays usable. Logs at INFO what is the client's fault.
ngx_int_t send_problem(ngx_http_request_t* r, const webpush::Error& error);

// 405 with Allow.
ngx_int_t refuse_method(ngx_http_request_t* r, std::string_view allowed);

}  // namespace ngx_webpush
