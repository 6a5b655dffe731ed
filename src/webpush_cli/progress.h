// Watching a run until it is finished.
#pragma once

#include <cstdint>

#include "session.h"

namespace webpush_cli {

// On a terminal one line with a bar, the rate and the time left, written over; else a line when
// something has changed; with --json only the run's JSON at the end. Bears a restart of the daemon.
// Throws Failure when the run ends otherwise than finished. Interrupted, it leaves the run going on.
void wait_for_run(Session& session, std::int64_t run);

}  // namespace webpush_cli
