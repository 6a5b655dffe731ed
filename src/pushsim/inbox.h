// What browsers do with their messages: decrypt, show, and what their visitors do then. As
// src/browser/sw.ts does it: a second copy of a run is shown silently and reports nothing, Safari
// never reports, a clicked notification does not report that it closed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agenda.h"
#include "edge.h"
#include "message.h"
#include "population.h"
#include "tally.h"

namespace pushsim {

// Each from 0 to 1. A shown notification is clicked, else perhaps dismissed: click + close <= 1.
struct Probabilities {
    double show = 0.7;
    double close = 0.2;
    double click = 0.1;
};

// What the push service learns for its log of posts.
struct Receipt {
    std::int64_t run = 0;  // 0 = the browser could not read it
    int copy = 0;          // how often this browser has got it by now
};

class Inbox {
public:
    // All outlive it.
    Inbox(Population& population, Edge& edge, Agenda& agenda, Probabilities probabilities,
          Tally& tally);

    // A message that the push service has taken. The visitor reacts later.
    Receipt deliver(Browser& browser, std::string_view body);

private:
    // A message that is seen; shared by all that it leads to.
    struct Visit;
    using SharedVisit = std::shared_ptr<const Visit>;

    void display(const SharedVisit& visit);
    void react(const SharedVisit& visit);
    void click(const SharedVisit& visit);
    std::uint64_t pause(const Browser& browser, std::int64_t run, std::uint64_t step) const;
    double roll(Question question, const Browser& browser, std::int64_t run) const;

    Population& population_;
    Edge& edge_;
    Agenda& agenda_;
    Probabilities probabilities_;
    Tally& tally_;
    webpush::JsonReader reader_;
};

}  // namespace pushsim
