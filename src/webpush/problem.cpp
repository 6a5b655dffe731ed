#include "problem.h"

#include <array>

#include "json_out.h"

namespace webpush {
namespace {

// In the order of the enumeration; t/golden/problems.txt keeps codes and statuses from changing.
constexpr std::array<ProblemInfo, 27> problems{{
    {400, "malformed_json", "The body is not one JSON object in UTF-8."},
    {400, "bad_request", "The request is not valid HTTP."},
    {403, "forbidden", "The request is not allowed."},
    {403, "origin_forbidden", "The request does not come from a page of this site."},
    {403, "visitor_unknown", "This browser has no subscription here."},
    {403, "contact_unproven", "Nobody vouches for this contact."},
    {404, "link_unknown", "This link is not one of ours."},
    {404, "not_found", "There is nothing here."},
    {405, "method_not_allowed", "The method is not allowed here."},
    {409, "conflict", "The present state does not permit this."},
    {409, "contact_missing", "Nothing is sent before the site has a contact address."},
    {413, "body_too_large", "The body is too large."},
    {415, "content_type_unsupported", "The content type must be application/json."},
    {415, "content_encoding_unsupported", "A compressed body is not accepted."},
    {422, "field_missing", "A required member is missing."},
    {422, "field_type", "A member has the wrong type."},
    {422, "field_too_long", "A member is too long."},
    {422, "field_invalid", "A member has a value that cannot be."},
    {422, "endpoint_invalid", "The endpoint is not an absolute https URL on port 443."},
    {422, "endpoint_host_refused", "The endpoint's host is not an accepted push service."},
    {422, "p256dh_invalid", "The p256dh key is not an uncompressed point on P-256."},
    {422, "auth_invalid", "The auth secret is not 16 octets of entropy."},
    {422, "token_invalid", "The token is not valid for this site."},
    {429, "too_many_requests", "Too many requests."},
    {500, "internal", "Something went wrong on our side."},
    {503, "log_unavailable", "The record could not be stored; try again later."},
    {503, "unavailable", "The service is not available; try again later."},
}};
static_assert(problems.size() == problem_count);

std::string problem_body(const Error& error, int status) {
    const ProblemInfo& problem = info(error.problem);
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("title", problem.title);
    json.member("status", status);
    json.member("code", problem.code);
    json.member_if("field", error.field);
    json.member_if("detail", error.detail);
    json.end_object();
    return out;
}

}  // namespace

const ProblemInfo& info(Problem problem) { return problems[static_cast<std::size_t>(problem)]; }

Problem problem_for_status(int status) {
    switch (status) {
        case 403: return Problem::forbidden;
        case 404: return Problem::not_found;
        case 405: return Problem::method_not_allowed;
        case 409: return Problem::conflict;
        case 413: return Problem::body_too_large;
        case 415: return Problem::content_type_unsupported;
        case 429: return Problem::too_many_requests;
        case 502:
        case 503:
        case 504: return Problem::unavailable;
        default: return status >= 400 && status < 500 ? Problem::bad_request : Problem::internal;
    }
}

std::string problem_json(int status) {
    return problem_body({problem_for_status(status), {}, {}}, status);
}

std::string problem_json(const Error& error) {
    return problem_body(error, info(error.problem).status);
}

}  // namespace webpush
