// Keys of the advisory locks, which with the leases are all the coordination between daemons.
// Taken with pg_advisory_xact_lock(), so they end with their transaction. Never two at once.
#pragma once

#include <cstdint>

namespace webpushd {

// One migration of the schema at a time.
inline constexpr std::int64_t migration_lock = 0x77656270'00000001;

// Whoever inserts or deletes rows of subscription, tombstone or audience_size: the three change
// together, and a newer consent must not slip between looking and writing.
inline constexpr std::int64_t consent_lock = 0x77656270'00000002;

// Making partitions.
inline constexpr std::int64_t partition_lock = 0x77656270'00000003;

}  // namespace webpushd
