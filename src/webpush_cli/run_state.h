// A run's state in words, the same wherever a command shows it.
#pragma once

#include <string>

#include "webpush/json_in.h"

namespace webpush_cli {

// "sending", "paused (as asked)", "paused (240 of the last 300 failed)". `run`: as the API shows one.
std::string state_text(const webpush::JsonObject& run);

// "campaign 3" or, when it was sent singly, "message 7".
std::string owner_text(const webpush::JsonObject& run);

}  // namespace webpush_cli
