// A problem that the daemon answered (RFC 9457), in words for a person.
#pragma once

#include <string_view>

#include "failure.h"

namespace webpush_cli {

// Names the offending value as it stands in `sent` (the request's body, may be empty) and what to
// do about it:
//   origin "shop.example": must start with https:// (field_invalid)
Failure refusal(std::string_view problem, long status, std::string_view sent);

}  // namespace webpush_cli
