// Figures of the database for GET /v1/metrics that no other call shows.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "store/connection.h"

namespace webpushd {

using CountByName = std::map<std::string, std::int64_t, std::less<>>;

// Every state, also those of which there is none.
CountByName count_runs_by_state(Connection& db);
// What waits singly. Reads the whole table.
CountByName count_deferred_by_reason(Connection& db);
// Those that are not void; every kind, the part of an alarm's key before the colon, also those of
// which there is none.
CountByName count_alarms_by_kind(Connection& db);

}  // namespace webpushd
