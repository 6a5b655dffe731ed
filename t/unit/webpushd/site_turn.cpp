// Sites are served in turns of so many recipients.
#include "send/site_turn.h"

#include "tap.h"

using webpushd::SiteTurn;
using Sites = std::vector<int>;

int main() {
    const Sites sites = {2, 5, 9};
    SiteTurn turn(500);
    tap::ok(turn.order(sites) == sites, "the first begins");
    turn.took(2, 300);
    tap::ok(turn.order(sites) == sites, "its turn lasts until it has its share");
    turn.took(2, 200);
    tap::ok(turn.order(sites) == Sites({5, 9, 2}), "then it is the next one's");
    turn.took(9, 1000);
    tap::ok(turn.order(sites) == sites, "one that has nothing to do is passed over; after the last the first");
    turn.took(5, 499);
    tap::ok(turn.order(sites) == Sites({5, 9, 2}), "small chunks add up");
    turn.took(2, 1);
    tap::ok(turn.order(sites) == sites, "what another took does not count for it");
    tap::ok(turn.order({3}) == Sites({3}), "one alone");
    tap::ok(turn.order({}).empty(), "none at all");
    return tap::done_testing();
}
