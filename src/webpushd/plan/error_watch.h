// A run too many of whose messages fail pauses itself: a mistake in a message shall not use up an
// audience. Looks at outcomes in the database, so that it does not
// matter who sends. What has ended, expired or waits is no error, and nobody's subscriptions can make
// one of it:
//
//   * A look is at 200 outcomes or more; half of them have to be failures.
//   * Anybody can subscribe with endpoints that fail. So those that have ever accepted a message decide,
//     as soon as there are 20 of them: half of these have to fail, too.
//   * Where a push service refuses these, it is the service that stops (send/guards.h), and goes on by
//     itself. So that counts only as long as too few are known for that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.h"

namespace webpushd {

// Of one look, outcomes since it began.
struct RecentOutcomes {
    std::int64_t taken = 0;         // by a push service
    std::int64_t failed = 0;
    // Of these, of subscriptions that have accepted a message before:
    std::int64_t known_failed = 0;
    std::int64_t known_refused = 0;  // for the service's own reasons, not among known_failed
};

// Whether enough has happened for a look, of the size that is wanted.
bool is_enough(const RecentOutcomes& recent, std::int64_t size);
// Without what is known, which is dear: whether it has to be found out.
bool seem_too_many(const RecentOutcomes& recent);
// REQUIRES: seem_too_many().
bool are_too_many(const RecentOutcomes& recent);

struct PausedRun {
    std::int64_t run = 0;
    std::string detail;
};

// Pauses runs that fail; tells which. Call it about once a second.
std::vector<PausedRun> pause_failing_runs(Connection& db);

}  // namespace webpushd
