// What a push service does instead of taking a message: one line of --rule.
//
//   platform=samsung,status=503,retry-after=2,first=1   once for every Samsung browser
//   share=0.02,status=410                               two browsers of a hundred are gone
//   chance=0.01,reset                                   one request of a hundred, at random
//   service=apple,delay=300                             Apple takes it, and answers later
//
// Which requests: platform=NAME, service=mozilla|google|apple|windows, endpoint=TEXT (part of it),
// share=P (of the browsers, always the same), chance=P (of the requests), first=N (of each
// browser). All that are named must fit; the first rule that fits counts.
// What happens: one of status=CODE, reset, refuse, goaway, cut, stall, lose, garbage, calm (not taken,
// but for lose), or headers, break, flood, swell, streams=N, window, slow (taken); without any it is
// taken. With delay=MS (before that; of the last three, how long it lasts) and retry-after=SECONDS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "browser.h"
#include "dice.h"
#include "service.h"

namespace pushsim {

enum class Play {
    take,    // as if there were no rule, but for a delay
    status,  // the service's usual words for `status`
    reset,   // RST_STREAM, INTERNAL_ERROR
    refuse,  // RST_STREAM, REFUSED_STREAM: nothing was done
    goaway,  // REFUSED_STREAM and GOAWAY: nothing was done with this and what may still come
    cut,     // the connection ends
    stall,   // no answer, ever
    lose,    // the message is taken, then the connection ends without an answer
    garbage,  // octets that are no HTTP/2
    calm,     // GOAWAY, ENHANCE_YOUR_CALM
    // Taken, and the answer is
    headers,  // without an end after its header
    broken,   // reset amid its body
    flood,    // without an end
    swell,    // with a header of 48 kB
    // Taken and answered, and from then on, or for a time, the connection
    streams,  // has SETTINGS_MAX_CONCURRENT_STREAMS changed
    window,   // takes no octet of any body: SETTINGS_INITIAL_WINDOW_SIZE 0
    slow,     // is not read
};

// As in a rule.
std::string_view name(Play play);

struct Rule {
    std::optional<webpush::Platform> platform;
    std::optional<Service> service;
    std::string endpoint;  // "" = any
    double share = 1;
    double chance = 1;
    int first = 0;  // 0 = all

    Play play = Play::take;
    int status = 201;
    std::uint32_t streams = 0;
    std::uint64_t delay = 0;  // ms
    std::string retry_after;  // "" = none
};

// Throws std::runtime_error that says what is not understood.
Rule parse_rule(std::string_view text);

// The first rule that fits browser.posts-th request to this browser, nullptr if none does.
// `request` is the number of the request at all: what chance depends on.
const Rule* find_rule(const std::vector<Rule>& rules, const Dice& dice, const Browser& browser,
                      Service service, std::uint64_t request);

}  // namespace pushsim
