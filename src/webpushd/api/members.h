// What all request bodies have in common.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "webpush/json_in.h"

namespace webpushd {

// A misspelt member must not pass for a wish fulfilled: field_invalid for the first that is not
// among the known ones.
std::optional<webpush::Error> unknown_member(const webpush::JsonObject& json,
                                             std::initializer_list<std::string_view> known);

}  // namespace webpushd
