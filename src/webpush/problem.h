// Every refusal that the project gives over HTTP: one table of stable codes, one body format
// (application/problem+json, RFC 9457). Clients match on "code"; it never changes its meaning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace webpush {

enum class Problem {
    malformed_json,                // 400 body is not one JSON object in UTF-8
    bad_request,                   // 400 refused by the HTTP server itself
    forbidden,                     // 403 refused by the HTTP server itself
    origin_forbidden,              // 403 Origin or Sec-Fetch-Site is not the site's own
    visitor_unknown,               // 403 no visitor cookie of this site: subscribe first
    contact_unproven,              // 403 nobody vouches for the contact that is claimed
    link_unknown,                  // 404 click link does not verify
    not_found,                     // 404
    method_not_allowed,            // 405 with Allow
    conflict,                      // 409 the state does not permit it
    contact_missing,               // 409 nothing is sent before the site has a contact address
    body_too_large,                // 413
    content_type_unsupported,      // 415 not application/json
    content_encoding_unsupported,  // 415 compressed request body
    field_missing,                 // 422
    field_type,                    // 422
    field_too_long,                // 422
    field_invalid,                 // 422 any other value that cannot be
    endpoint_invalid,              // 422 not an absolute https URL on port 443
    endpoint_host_refused,         // 422 host is not a push service on the list
    p256dh_invalid,                // 422 not an uncompressed point on P-256
    auth_invalid,                  // 422 not 16 octets of entropy
    token_invalid,                 // 422 token malformed, forged, or of another site
    too_many_requests,             // 429
    internal,                      // 500
    log_unavailable,               // 503 the record could not be made durable; Retry-After
    unavailable,                   // 503
};

// How many there are, for going through all of them.
inline constexpr std::size_t problem_count = static_cast<std::size_t>(Problem::unavailable) + 1;

struct ProblemInfo {
    int status;              // HTTP status
    std::string_view code;   // stable, snake_case
    std::string_view title;  // one short English sentence, the same for every occurrence
};

// Static data; the reference never dangles.
const ProblemInfo& info(Problem problem);

// The problem that stands for a refusal made by the HTTP server itself (nginx core) with `status`.
Problem problem_for_status(int status);

// Its body, which says the status that was sent (RFC 9457 section 3.1.2), also where none of the
// problems has that one.
std::string problem_json(int status);

// What went wrong, by value. `field` names the offending member ("subscription.keys.auth") or is
// empty; `detail` says more for a person and never contains an endpoint, a key or a token.
struct Error {
    Problem problem = Problem::internal;
    std::string field;
    std::string detail;
    std::uint32_t retry_after = 0;  // seconds, as the header of this name says it; 0: not known
};

// {"title":..,"status":..,"code":..[,"field":..][,"detail":..]}
std::string problem_json(const Error& error);

}  // namespace webpush
