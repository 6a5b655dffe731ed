// What became of a request in one of our locations: as $webpush_result says it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ngx.h"
#include "webpush/problem.h"

namespace ngx_webpush {

// From `first_refusal` on: one for each webpush::Problem, in its order.
enum class Outcome : std::uint8_t {
    undecided,   // nobody said; zero, as requests begin
    accepted,    // recorded and answered
    late,        // a click on a link that had expired, recorded as such
    uncounted,   // HEAD or a prefetch of a click link: led on, not recorded
    unanswered,  // the connection ended before there was an answer
    first_refusal,
};

inline constexpr std::size_t outcome_count =
    static_cast<std::size_t>(Outcome::first_refusal) + webpush::problem_count;

constexpr Outcome refused(webpush::Problem problem) {
    return static_cast<Outcome>(static_cast<std::size_t>(Outcome::first_refusal) +
                                static_cast<std::size_t>(problem));
}

// Static text: the names above, the problem's code for refusals, "" for undecided.
std::string_view name(Outcome outcome);

// What the request's handler noted. Where it noted nothing, or nginx had to answer something else
// in its place, what the answer's status tells.
Outcome outcome_of(ngx_http_request_t* r);

}  // namespace ngx_webpush
