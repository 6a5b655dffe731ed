#include "send/lease_clock.h"

#include <algorithm>

namespace webpushd {

namespace {

// What a clock that is being set right may run ahead of another from one answer to the next.
constexpr std::int64_t tolerance_ms = 2000;

}  // namespace

void LeaseClock::told(std::int64_t database, std::int64_t asked, std::int64_t answered) {
    // it was the database's time at some moment between these
    const std::int64_t least = database - answered;
    const std::int64_t most = database - asked;
    const bool expected =
        ahead_ && *ahead_ >= least - tolerance_ms && *ahead_ <= most + tolerance_ms;
    if (!ahead_ || (jump_seen_ && answered >= *jump_seen_ + believe_after_)) {
        ahead_ = least;
        jump_seen_.reset();
    } else if (expected) {
        ahead_ = std::clamp(*ahead_, least, most);
        jump_seen_.reset();
    } else if (!jump_seen_) {
        jump_seen_ = answered;
    }
}

std::optional<std::int64_t> LeaseClock::now(std::int64_t boot) const {
    if (!ahead_) { return std::nullopt; }
    return boot + *ahead_;
}

}  // namespace webpushd
