// The statements of FactStore, in the order in which it runs them. They work on sets: one batch in
// fact_in, and what ConsentStore left in its tables (consent_store.h).
#pragma once

#include <span>

namespace webpushd::fact_sql {

// Once a connection.
std::span<const char* const> prepare();

extern const char* const copy;

extern const char* const forget_departed;
// Facts of ids that were replaced are applied anew, as if they were read now.
extern const char* const take_replaced;

// Those whom the batch gives somebody or takes somebody from.
extern const char* const note_contacts;
extern const char* const keep_contacts;
extern const char* const keep_newest;
// Rows that were inserted have facts if these came first.
extern const char* const note_arrived;

// The columns of subscription that are made from facts; of contact only that it is another's.
extern const char* const renew_rows;

extern const char* const share_contacts;

// $1 = bucket: what has had no subscription for 30 days.
extern const char* const sweep;

}  // namespace webpushd::fact_sql
