// Monthly partitions of "delivery" and "event".
#pragma once

#include <string>
#include <string_view>

#include "connection.h"

namespace webpushd {

// Makes the partitions of the month in which `date` ("YYYY-MM-DD") lies, unless they exist: before
// a run of that month is inserted. Cheap when they do. REQUIRES: no transaction is open, because
// making one waits for everybody who writes into its parent.
void ensure_month(Connection& db, std::string_view date);

// The database's present month and the next: at start and once a day, so that ensure_month() finds
// nothing to do when a run is made.
void ensure_present_months(Connection& db);

}  // namespace webpushd
