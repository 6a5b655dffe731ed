// The statements of ConsentStore, in the order in which it runs them. They work on sets: one batch
// of records in consent_in, of which the views pick the newest of each kind and id.
#pragma once

#include <span>

namespace webpushd::consent_sql {

// Once a connection.
std::span<const char* const> prepare();

extern const char* const copy;

extern const char* const keep_links;
// Adds a leave for each id that stands for one that was left.
extern const char* const follow_leaves;
extern const char* const keep_leaves;
extern const char* const remove_who_left;
extern const char* const bury_who_left;

extern const char* const lift_tombstones;
extern const char* const renew_consent;
extern const char* const renew_data;
extern const char* const renew_seen;
extern const char* const insert_rows;

// Age and consent version from old to new rows, then the old rows away: repeat until nothing is
// affected, as a chain A -> B -> C moves step by step.
extern const char* const hand_on;
extern const char* const remove_moved;
// What is still there replaces itself in a circle.
extern const char* const remove_rest;
extern const char* const bury_replaced;

// Fills departed, once all tombstones are written.
extern const char* const note_departed;

extern const char* const count_audience;

}  // namespace webpushd::consent_sql
