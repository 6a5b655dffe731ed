// The database's time, as leases of others are judged by it.
#include "send/lease_clock.h"

#include "tap.h"

using webpushd::LeaseClock;

namespace {

constexpr std::int64_t hour = 3'600'000;

// Asked at this boot time and answered a little later, when the database is so far ahead of it.
void tell(LeaseClock& clock, std::int64_t boot, std::int64_t ahead) {
    clock.told(boot + ahead + 5, boot, boot + 10);
}

bool is_about(const LeaseClock& clock, std::int64_t boot, std::int64_t wanted) {
    const auto now = clock.now(boot);
    return now && *now > wanted - 20 && *now < wanted + 20;
}

}  // namespace

int main() {
    LeaseClock clock(60);
    tap::ok(!clock.now(1000), "not known before it is told");
    tell(clock, 1000, hour);
    tap::ok(is_about(clock, 1000, 1000 + hour), "the first time is believed");
    tap::ok(is_about(clock, 9000, 9000 + hour), "and goes on with the boot-time clock");
    tell(clock, 10000, hour + 1500);
    tap::ok(is_about(clock, 10000, 10000 + hour + 1500), "it is set right");

    for (const std::int64_t jump : {2 * hour, std::int64_t{0}}) {
        LeaseClock jumped(60);
        tell(jumped, 1000, hour);
        tell(jumped, 20000, jump);
        tap::ok(is_about(jumped, 20000, 20000 + hour), "a jump is not believed");
        tell(jumped, 79000, jump);
        tap::ok(is_about(jumped, 79000, 79000 + hour), "nor before a lease's time is over");
        tell(jumped, 80100, jump);
        tap::ok(is_about(jumped, 80100, 80100 + jump), "but then");
    }

    LeaseClock back(60);
    tell(back, 1000, hour);
    tell(back, 20000, 2 * hour);
    tell(back, 30000, hour);
    tell(back, 85000, 2 * hour);
    tap::ok(is_about(back, 85000, 85000 + hour), "one that was taken back does not count");

    LeaseClock slow(60);
    tell(slow, 1000, hour);
    slow.told(31000 + hour, 2000, 32000);
    tap::ok(is_about(slow, 32000, 32000 + hour), "a slow answer is no jump");
    return tap::done_testing();
}
