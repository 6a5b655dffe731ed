// Lengths of time as people write them on a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace webpush_cli {

// "90s", "45m", "12h", "3d", "1w", or a bare number of seconds; nullopt for anything else.
std::optional<std::int64_t> parse_duration(std::string_view text);

// "3d 4h", "2m 5s", "12s": the two largest units.
std::string duration_text(std::int64_t seconds);

}  // namespace webpush_cli
