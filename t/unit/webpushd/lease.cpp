// send/lease.h: a lease is used for less than it lasts.
#include "send/lease.h"

#include "tap.h"

int main() {
    webpushd::Lease lease(1000, 60);
    tap::ok(lease.may_begin(1000), "at first");
    tap::ok(lease.may_begin(50999), "until 10 s before its end");
    tap::ok(!lease.may_begin(51000), "but not in the last 10 s");
    tap::ok(!lease.wants_renewal(25999), "it is renewed");
    tap::ok(lease.wants_renewal(26000), "at half that time");
    lease.renewed(30000);
    tap::ok(lease.may_begin(79999) && !lease.may_begin(80000), "and then lasts from when that was asked for");

    const auto now = webpushd::boot_milliseconds();
    tap::ok(now > 0 && webpushd::boot_milliseconds() >= now, "the clock does not go back");
    return tap::done_testing();
}
