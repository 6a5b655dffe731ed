// The end of runs in the database.
#pragma once

#include <cstdint>
#include <vector>

#include "store/connection.h"

namespace webpushd {

// Closes runs with neither open chunks nor waiting recipients, and their campaigns; tells which of
// campaigns, as of those that were sent singly there are too many to speak of.
std::vector<std::int64_t> finish_runs(Connection& db);

struct CancelledRun {
    std::int64_t run = 0;
    std::int64_t never_sent = 0;  // of its audience, no push service has taken or refused so many
};

// Ends the chunks and deletes the waiting recipients of cancelled runs, as soon as no sender holds
// them; tells which runs are done with.
std::vector<CancelledRun> close_cancelled_runs(Connection& db);

}  // namespace webpushd
