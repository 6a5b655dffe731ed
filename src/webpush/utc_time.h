// Times as text, in UTC. The clock is the caller's.
#pragma once

#include <cstdint>
#include <string>

namespace webpush {

// Unix seconds as RFC 3339 writes them: "2026-11-22T21:15:14Z". Years before 0 or after 9999, which
// RFC 3339 lacks, become the first or last moment that it has.
std::string utc_time(std::int64_t seconds);

// The day of these unix seconds: "2026-11-22".
std::string utc_day(std::int64_t seconds);

}  // namespace webpush
