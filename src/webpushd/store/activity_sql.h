// The statements of ActivityStore, in the order in which it runs them. They work on sets: one batch in
// activity_in, and what ConsentStore left in its tables (consent_store.h).
#pragma once

#include <span>

namespace webpushd::activity_sql {

// Once a connection.
std::span<const char* const> prepare();

extern const char* const copy;

// What somebody did after leaving is applied anew, as if it were read now; what before, goes.
extern const char* const forget_engagement_of_departed;
extern const char* const take_departed;
// Of ids that were replaced too, but what is counted stays counted.
extern const char* const take_replaced;
extern const char* const take_engagement_of_replaced;

// By origin: what has no partition.
extern const char* const count_out_of_time;
extern const char* const insert_counted;
// Counts what is really inserted.
extern const char* const insert_and_count;
extern const char* const keep_counts;

// $1 = bucket: counts that have had no subscription for 30 days.
extern const char* const sweep;

}  // namespace webpushd::activity_sql
