#include "timeline.h"

#include <algorithm>

#include "store/report_store.h"
#include "webpush/utc_time.h"

namespace webpushd {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::int64_t week = 7 * day;
constexpr std::int64_t steps[] = {minute, 5 * minute, 15 * minute, hour, 6 * hour, day, week};

std::int64_t slots_between(std::int64_t first, std::int64_t last, std::int64_t step) {
    return last / step - first / step + 1;
}

void add(TimelineSlot& slot, const SlotCount& count) {
    if (count.what == "accepted") { slot.accepted += count.n; }
    if (count.what == "shown") { slot.shown += count.n; }
    if (count.what == "closed") { slot.closed += count.n; }
    if (count.what == "click") { slot.clicks += count.n; }
}

}  // namespace

std::int64_t slot_seconds(std::int64_t first, std::int64_t last) {
    for (const std::int64_t step : steps) {
        if (slots_between(first, last, step) <= max_slots) { return step; }
    }
    const std::int64_t weeks = (last - first) / week + 1;
    return (weeks / (max_slots - 1) + 1) * week;
}

Timeline read_timeline(Connection& db, const Run& run) {
    const RunSpan span = find_span(db, run.month, run.id);
    Timeline timeline;
    timeline.step = slot_seconds(span.first, span.last);
    const std::int64_t from = span.first / timeline.step * timeline.step;
    for (std::int64_t at = from; at <= span.last; at += timeline.step) {
        timeline.slots.push_back({at});
    }
    const auto last = static_cast<std::int64_t>(timeline.slots.size()) - 1;
    for (const SlotCount& count : count_slots(db, run.month, run.id, from, timeline.step)) {
        // What has been ingested since the span was read.
        const std::int64_t slot = std::min(count.slot, last);
        add(timeline.slots[static_cast<std::size_t>(slot)], count);
    }
    return timeline;
}

void write_timeline(webpush::JsonWriter& json, const Timeline& timeline) {
    json.begin_object();
    json.member("step_seconds", timeline.step);
    json.key("slots");
    json.begin_array();
    for (const TimelineSlot& slot : timeline.slots) {
        json.begin_object();
        json.member("at", webpush::utc_time(slot.at));
        json.member("accepted", slot.accepted);
        json.member("shown", slot.shown);
        json.member("closed", slot.closed);
        json.member("clicks", slot.clicks);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

}  // namespace webpushd
