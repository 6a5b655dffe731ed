// How long what a sender has claimed is still its own. The database's clock decides ownership; a
// sender that measures from before it asked, on a clock that neither jumps nor stands still while the
// machine sleeps (CLOCK_BOOTTIME), errs on the safe side.
#pragma once

#include <cstdint>

namespace webpushd {

std::int64_t boot_milliseconds();

class Lease {
public:
    // No request is begun in this last part of a lease.
    static constexpr std::int64_t margin_ms = 10000;

    // `asked`: boot_milliseconds() before the claim or renewal was sent to the database.
    Lease(std::int64_t asked, int seconds) : asked_(asked), length_(std::int64_t{seconds} * 1000) {}

    void renewed(std::int64_t asked) { asked_ = asked; }

    bool may_begin(std::int64_t now) const { return now < asked_ + length_ - margin_ms; }
    bool wants_renewal(std::int64_t now) const { return now >= asked_ + (length_ - margin_ms) / 2; }

private:
    std::int64_t asked_;
    std::int64_t length_;
};

}  // namespace webpushd
