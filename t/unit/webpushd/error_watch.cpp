// When a run has too many errors.
#include "plan/error_watch.h"

#include "tap.h"

using webpushd::are_too_many;
using webpushd::is_enough;
using webpushd::RecentOutcomes;
using webpushd::seem_too_many;

namespace {

// Of so many, as the planner decides.
bool pauses(std::int64_t taken, std::int64_t failed, std::int64_t known_failed,
            std::int64_t known_refused = 0) {
    const RecentOutcomes recent{taken, failed, known_failed, known_refused};
    return is_enough(recent, 200) && seem_too_many(recent) && are_too_many(recent);
}

}  // namespace

int main() {
    tap::ok(pauses(0, 200, 0), "a first message that nobody takes");
    tap::ok(!pauses(0, 199, 199), "not with fewer than 200");
    tap::ok(pauses(100, 100, 100), "half");
    tap::ok(!pauses(101, 99, 99), "not with fewer than half");
    tap::ok(!pauses(50, 5000, 0), "strangers' endpoints stop nobody");
    tap::ok(!pauses(50, 5000, 49), "also when some of the others fail");
    tap::ok(pauses(50, 5000, 50), "but half of those who are known do");
    tap::ok(!pauses(190, 10, 10), "a few old ones neither");
    tap::ok(pauses(19, 200, 0), "with fewer than 20 known ones all count");
    tap::ok(!pauses(0, 300, 0, 245), "a service that refuses those who are known has its own guard");
    tap::ok(!pauses(40, 223, 0, 49), "also beside one that takes them");
    tap::ok(pauses(40, 260, 40, 49), "which does not hide what fails otherwise");
    tap::ok(pauses(0, 219, 0, 19), "too few are known for that guard");
    return tap::done_testing();
}
