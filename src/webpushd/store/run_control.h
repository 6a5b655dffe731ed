// What may be done to a run from outside, and what follows for its campaign. Senders look at the
// states of the runs in their hands several times a second; claims take only runs that are 'sending'.
//
//   planned ──► sending ──► finished
//      │  ▲      │  ▲
//      ▼  │      ▼  │
//       paused ──────        each of the three, but not a finished run, may become cancelled
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connection.h"

namespace webpushd {

enum class RunAction { pause, resume, cancel };

// Why a run is paused, as stored in run.pause_reason.
namespace pause_reason {
inline constexpr std::string_view asked = "asked";      // by somebody
inline constexpr std::string_view errors = "errors";    // too many of its messages failed
inline constexpr std::string_view message = "message";  // its message cannot be read
}  // namespace pause_reason

struct RunChange {
    bool allowed = false;
    bool changed = false;  // false: it was so already, or it is not allowed
    std::string state;     // of the run, from now on
};

// nullopt when there is no such run. Asking again for what is so already changes nothing.
std::optional<RunChange> change_run(Connection& db, std::int64_t run, RunAction action);

// Pauses a run that is being sent, for a reason of pause_reason: $1 run, $2 reason, $3 detail; its campaign
// follows. A row comes back when it was not so already. Of static storage, for both kinds of connection.
extern const char* const pause_run_sql;

// A campaign's state is made from the states of its runs. Call it in the transaction that changes one
// of them, or after it.
void follow_runs(Connection& db, std::int64_t campaign);

}  // namespace webpushd
