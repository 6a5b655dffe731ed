// The version of everything that is built from this tree.
#pragma once

#include <string_view>

namespace webpush {

inline constexpr std::string_view version = "0.1.0";

}  // namespace webpush
