// To whom belongs what is said of a subscription id: to whoever took its place, and to nobody what is
// older than that person's leaving.
#pragma once

#include "store/connection.h"

namespace webpushd {

// In the temporary table `table` (bucket, site, subscription, at, ...) every id that was replaced
// becomes the one that took its place, in the end, and rows that are not newer than the leaving or the
// erasure of any id on that way go. So it does not matter whether a line is read before or after
// another file told of the replacement. REQUIRES: `table` is a name of ours; consent_lock is held in
// the transaction, at least shared.
void find_owners(Connection& db, const char* table);

}  // namespace webpushd
