// What became of a run, counted in the database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"

namespace webpushd {

struct OutcomeCount {
    std::string outcome;  // accepted, dropped, gone, key_mismatch, failed, expired
    std::string reason;
    std::int64_t n = 0;
};

struct ReasonCount {
    std::string reason;
    std::int64_t n = 0;
};

struct EventCount {
    std::string kind;    // shown, closed, click
    std::string action;  // button of a click, "" = the notification itself
    std::int64_t unique = 0;
    std::int64_t total = 0;
};

// Cheap: kept together with the deliveries that they count.
std::vector<OutcomeCount> count_outcomes(Connection& db, std::int64_t run);
std::vector<ReasonCount> count_deferred(Connection& db, std::int64_t run);

// Reads the run's events: one row for each kind and action. `month` is the run's.
std::vector<EventCount> count_events(Connection& db, std::string_view month, std::int64_t run);

// Subscriptions that clicked anything at all.
std::int64_t count_clickers(Connection& db, std::string_view month, std::int64_t run);

// Accepted deliveries to subscriptions of these platforms. Reads all deliveries of the run.
std::int64_t count_accepted_by(Connection& db, std::string_view month, std::int64_t run,
                               const std::vector<std::string_view>& platforms);

// What happened to a run between two moments.
struct SlotCount {
    std::int64_t slot = 0;  // 0 = the first
    std::string what;       // accepted, or an event's kind
    std::int64_t n = 0;
};

// When the run starts and when something last happened to it, unix seconds.
struct RunSpan {
    std::int64_t first = 0;
    std::int64_t last = 0;
};

// Both read all deliveries and events of the run.
RunSpan find_span(Connection& db, std::string_view month, std::int64_t run);

// Accepted deliveries and events, counted in slots of `step` seconds from `from` on. What an edge
// with a slow clock says to have happened earlier is in the first.
std::vector<SlotCount> count_slots(Connection& db, std::string_view month, std::int64_t run,
                                   std::int64_t from, std::int64_t step);

}  // namespace webpushd
