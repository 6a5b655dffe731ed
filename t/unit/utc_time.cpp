#include "webpush/utc_time.h"

#include "tap.h"

using namespace webpush;

int main() {
    tap::is(utc_time(0), "1970-01-01T00:00:00Z", "the epoch");
    tap::is(utc_time(1709251199), "2024-02-29T23:59:59Z", "the last second of a leap day");
    tap::is(utc_time(-1), "1969-12-31T23:59:59Z", "before the epoch");
    tap::is(utc_day(1709251199), "2024-02-29", "its day");
    tap::is(utc_day(1709251200), "2024-03-01", "and the next");
    tap::is(utc_time(INT64_MAX), "9999-12-31T23:59:59Z", "no year with five digits");
    tap::is(utc_time(INT64_MIN), "0000-01-01T00:00:00Z", "and none before 0");
    return tap::done_testing();
}
