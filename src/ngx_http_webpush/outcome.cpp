#include "outcome.h"

#include <array>

#include "answer_log.h"
#include "request_context.h"

namespace ngx_webpush {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Outcome::first_refusal)> names{
    "", "accepted", "late", "uncounted", "unanswered"};

bool is_refusal(Outcome outcome) { return outcome >= Outcome::first_refusal; }

}  // namespace

std::string_view name(Outcome outcome) {
    auto index = static_cast<std::size_t>(outcome);
    if (!is_refusal(outcome)) { return names[index]; }
    auto problem = index - static_cast<std::size_t>(Outcome::first_refusal);
    return webpush::info(static_cast<webpush::Problem>(problem)).code;
}

Outcome outcome_of(ngx_http_request_t* r) {
    const RequestContext* context = request_context(r, false);
    Outcome noted = context != nullptr ? context->outcome : Outcome::undecided;
    ngx_uint_t status = status_of(r);
    if (is_refusal(noted)) { return noted; }
    if (status >= NGX_HTTP_BAD_REQUEST && status != NGX_HTTP_CLIENT_CLOSED_REQUEST) {
        return refused(webpush::problem_for_status(static_cast<int>(status)));
    }
    if (noted != Outcome::undecided) { return noted; }
    bool answered = status != 0 && status != NGX_HTTP_CLIENT_CLOSED_REQUEST;
    return answered ? Outcome::undecided : Outcome::unanswered;
}

}  // namespace ngx_webpush
