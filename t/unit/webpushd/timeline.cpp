#include "report/timeline.h"

#include "tap.h"

using namespace webpushd;

namespace {

constexpr std::int64_t minute = 60, hour = 3600, day = 86400, start = 1700000000;

std::int64_t step_after(std::int64_t span) { return slot_seconds(start, start + span); }

}  // namespace

int main() {
    tap::is(step_after(0), minute, "a moment");
    tap::is(step_after(40 * minute), minute, "by the minute");
    tap::is(step_after(3 * hour), 5 * minute, "by five minutes");
    tap::is(step_after(10 * hour), 15 * minute, "by the quarter of an hour");
    tap::is(step_after(45 * hour), hour, "by the hour");
    tap::is(step_after(10 * day), 6 * hour, "by six hours");
    tap::is(step_after(40 * day), day, "by the day");
    tap::is(step_after(300 * day), 7 * day, "by the week");

    tap::subtest("never too many", [] {
        bool few = true;
        for (std::int64_t span = 1; span < 20'000 * day; span += span / 50 + 1) {
            const std::int64_t step = step_after(span);
            few = few && (start + span) / step - start / step + 1 <= max_slots;
        }
        tap::ok(few, "whatever the span");
    });
    return tap::done_testing();
}
