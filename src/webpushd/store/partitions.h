// Monthly partitions of "delivery", "event" and "activity".
#pragma once

#include <string>
#include <string_view>

#include "connection.h"

namespace webpushd {

// Makes the partitions of delivery and event of the month in which `date` ("YYYY-MM-DD") lies, unless they exist: before
// a run of that month is inserted. Cheap when they do. REQUIRES: no transaction is open, because
// making one waits for everybody who writes into its parent.
void ensure_month(Connection& db, std::string_view date);

// The same for activity, of which also past months come: of those that are kept, `keep_months` with the
// present one, and the next. Of others none is made.
void ensure_activity_month(Connection& db, std::string_view date, int keep_months);

// The database's present month and the next: at start and once a day, so that ensure_month() finds
// nothing to do when a run is made.
void ensure_present_months(Connection& db);

// Drops the partitions of activity before those `keep_months`. REQUIRES: no transaction is open.
void drop_old_activity(Connection& db, int keep_months);

}  // namespace webpushd
