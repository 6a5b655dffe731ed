// Brings the visitors: makes the browsers and has each subscribe, so many a second, so many at once.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

#include "agenda.h"
#include "edge.h"
#include "population.h"

namespace pushsim {

class Subscriber {
public:
    struct Plan {
        std::size_t browsers;
        std::string subdomain;  // of the push services (service.h)
        double rate;            // a second, 0 = as fast as the edge takes them
    };

    // `failed` is told when the site's settings cannot be had for long. All outlive it.
    Subscriber(Population& population, Edge& edge, Agenda& agenda, Plan plan,
               std::function<void()> failed);

    void start() { try_config(); }

private:
    void try_config();
    void begin(const SiteConfig& config);
    void subscribe_some();
    void subscribe(Browser& browser);

    Population& population_;
    Edge& edge_;
    Agenda& agenda_;
    Plan plan_;
    std::function<void()> failed_;

    int attempts_ = 0;
    SiteConfig config_;
    std::deque<Browser*> queue_;
    std::size_t open_ = 0;  // requests under way
    double allowance_ = 0;  // how many may begin by the rate
};

}  // namespace pushsim
