// What is told to whoever started the simulation.
//
//   summary   {"seed":"<decimal>","browsers":..,"subscribed":..,"acknowledged":..,"posts":..,
//              "pending":..,"accepted":..,"shown":..,"closed":..,"clicked":..,"clicks":..,
//              "runs":{"<run>":{"accepted":..,"shown":..,"closed":..,"clicked":..,"clicks":..}},
//              "errors":{"<kind>":<n>,..}}
//             subscribed: browsers that have asked the edge; acknowledged: whom it has answered.
//             From accepted on deliveries are counted, a browser and run once, over all starts with
//             this state; only clicks counts each. posts, pending (messages that visitors are not
//             done with) and errors are of this start.
//   outcomes  a line for each browser and run that its push service took:
//             {"sub":<subscription id>,"run":..,"accepted":<POSTs taken>,"shown":..,"closed":..,
//              "clicks":..}
//
// shown, closed and clicks are what the edge has taken: what its logs must hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "population.h"
#include "tally.h"

namespace pushsim {

struct RunResult {
    std::int64_t accepted = 0;
    std::int64_t shown = 0;
    std::int64_t closed = 0;
    std::int64_t clicked = 0;
    std::int64_t clicks = 0;
};

struct Results {
    std::int64_t subscribed = 0;
    std::int64_t acknowledged = 0;
    RunResult total;
    std::map<std::int64_t, RunResult> runs;
};

Results count(const Population& population);

std::string summary(const Results& results, const Population& population, const Tally& tally);
std::string outcomes(const Population& population);

}  // namespace pushsim
