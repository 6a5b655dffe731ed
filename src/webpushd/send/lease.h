// How long what a sender has claimed is still its own. The database's clock decides ownership; a
// sender that measures from before it asked, on a clock that neither jumps nor stands still while
// the machine sleeps (CLOCK_BOOTTIME), errs on the safe side.
#pragma once

#include <cstdint>

namespace webpushd {

std::int64_t boot_milliseconds();

class Lease {
public:
    // REQUIRES: seconds > 10. `asked`: boot_milliseconds() before the claim or renewal was sent to
    // the database.
    Lease(std::int64_t asked, int seconds)
        : asked_(asked), usable_(seconds * std::int64_t{1000} - margin_ms) {}

    void renewed(std::int64_t asked) { asked_ = asked; }

    bool may_begin(std::int64_t now) const { return now < asked_ + usable_; }
    bool wants_renewal(std::int64_t now) const { return now >= asked_ + usable_ / 2; }

private:
    // No request is begun in the last part of a lease, so that what was begun is on the wire, and
    // most of it answered, before another sender may begin.
    static constexpr std::int64_t margin_ms = 10000;

    std::int64_t asked_;
    std::int64_t usable_;
};

}  // namespace webpushd
