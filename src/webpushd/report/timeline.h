// A run over time: what was accepted, shown, closed and clicked when.
#pragma once

#include <cstdint>
#include <vector>

#include "store/campaign_store.h"
#include "store/connection.h"
#include "webpush/json_out.h"

namespace webpushd {

struct TimelineSlot {
    std::int64_t at = 0;  // unix seconds, where it begins
    std::int64_t accepted = 0;
    std::int64_t shown = 0;
    std::int64_t closed = 0;
    std::int64_t clicks = 0;  // all clicks
};

struct Timeline {
    std::int64_t step = 0;            // seconds
    std::vector<TimelineSlot> slots;  // without gaps, at most max_slots
};

inline constexpr std::int64_t max_slots = 48;

// How long a slot is, so that at most max_slots cover the time from `first` to `last`: a minute,
// some minutes, an hour, some hours, a day, a week, or several weeks.
std::int64_t slot_seconds(std::int64_t first, std::int64_t last);

// From the run's start to what happened last. Slots begin at whole minutes, hours, days of UTC.
Timeline read_timeline(Connection& db, const Run& run);

// {"step_seconds":..,"slots":[{"at":..,"accepted":..,"shown":..,"closed":..,"clicks":..},..]}
void write_timeline(webpush::JsonWriter& json, const Timeline& timeline);

}  // namespace webpushd
