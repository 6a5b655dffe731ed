// How the planner turns a run into chunks.
#pragma once

#include <cstdint>
#include <optional>

#include "store/connection.h"

namespace webpushd {

struct PlannedRun {
    std::int64_t run = 0;
    std::int64_t audience = 0;
    std::int64_t chunks = 0;
};

// Takes one run that is due and whose site may send (origin and contact set), and inserts its
// chunks, all in one transaction. nullopt when there is none that nobody else has taken.
std::optional<PlannedRun> plan_next_run(Connection& db);

}  // namespace webpushd
