// Spellings that the writing and the reading half of log_record.h share.
#pragma once

#include <array>
#include <string_view>

namespace webpush {

inline constexpr std::string_view alive_kind = "alive";
inline constexpr std::string_view profile_kind = "profile";
inline constexpr std::string_view identify_kind = "identify";
inline constexpr std::string_view forget_kind = "forget";
inline constexpr std::string_view track_kind = "track";
inline constexpr std::string_view visit_kind = "visit";
inline constexpr std::string_view prompt_kind = "prompt";
inline constexpr std::string_view landing_kind = "landing";

inline constexpr std::array<std::string_view, 5> status_classes = {"1xx", "2xx", "3xx", "4xx",
                                                                   "5xx"};

}  // namespace webpush
