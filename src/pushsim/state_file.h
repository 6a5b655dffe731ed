// What the browsers remember over restarts: JSON Lines, to which every news is appended. The last
// line about something counts. Private keys are in it, so that a message can be decrypted by
// others too (mode 0600).
//
//   {"v":1,"seed":"<decimal>"}
//   {"browser":0,"platform":"chrome-android","tz":"Europe/Berlin","lang":"de-DE","endpoint":..,
//    "private":..,"auth":..,"bound":<application server key>,"n":<consent counter>}
//   {"browser":0,"acknowledged":true}
//   {"browser":0,"run":7,"accepted":1,"displayed":true,"shown":true,"closed":false,"clicks":1}
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "browser.h"

namespace pushsim {

struct State {
    std::optional<std::uint64_t> seed;  // nullopt: there is no state yet
    std::deque<Browser> browsers;       // by index
};

// An unfinished last line is left out. Throws std::runtime_error naming a line that is no state.
State parse_state(std::string_view text);

// One line each, without its end.
std::string state_header(std::uint64_t seed);
std::string browser_line(const Browser& browser);
std::string acknowledged_line(const Browser& browser);
std::string delivery_line(const Browser& browser, std::int64_t run, const Delivery& delivery);

}  // namespace pushsim
