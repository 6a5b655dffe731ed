// Whether another sender's lease has ended is told by the database's clock; and when that clock jumps,
// all leases seem to have ended while their senders live. So a jump, which is seen against the boot-time
// clock, is believed only after a lease's time: by then whoever lives has renewed by the new time.
#pragma once

#include <cstdint>
#include <optional>

namespace webpushd {

// All times in milliseconds; `asked` and `answered` are boot_milliseconds() around a question to the
// database, `database` its answer.
class LeaseClock {
public:
    explicit LeaseClock(int lease_seconds) : believe_after_(lease_seconds * std::int64_t{1000}) {}

    void told(std::int64_t database, std::int64_t asked, std::int64_t answered);

    // The database's time as it is believed: leases that end before it, and before its clock's time,
    // have ended. nullopt: it was never told.
    std::optional<std::int64_t> now(std::int64_t boot) const;

private:
    std::int64_t believe_after_;
    std::optional<std::int64_t> ahead_;       // of the boot-time clock
    std::optional<std::int64_t> jump_seen_;   // when, on the boot-time clock
};

}  // namespace webpushd
