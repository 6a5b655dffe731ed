// One simulated browser: its subscription with the private half of its keys, and what became of
// each message that its push service took.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "webpush/octets.h"
#include "webpush/p256.h"
#include "webpush/platform.h"

namespace pushsim {

// What became of one run at one browser.
struct Delivery {
    int accepted = 0;        // POSTs that the push service took
    bool displayed = false;  // the visitor saw it
    bool shown = false;      // the edge took the report of that
    bool closed = false;     // the edge took the report of a dismissal
    int clicks = 0;          // click links that the edge answered with a redirect
};

struct Browser {
    std::size_t index = 0;  // in the population, from 0
    webpush::Platform platform = webpush::Platform::unknown;
    std::string time_zone;
    std::string language;
    std::string endpoint;
    webpush::SubscriptionId id{};
    webpush::KeyPair keys;
    webpush::Octets<16> auth{};
    webpush::PublicKey bound_key{};  // application server key that it subscribed with
    std::int64_t counter = 0;        // of its consent, sent again with every attempt

    bool asked = false;         // a subscribe request has been sent
    bool acknowledged = false;  // and the edge has taken it
    int posts = 0;              // that came to the endpoint since this program started
    std::map<std::int64_t, Delivery> deliveries;  // by run
};

}  // namespace pushsim
