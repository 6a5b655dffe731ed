// What the debug log tells of a token: which link key it says it was signed with, and whether it
// verifies. Never the token itself.
#pragma once

#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// `what` is "click link", "delivery token" or "visitor cookie". Costs nothing unless the level is debug.
void log_token(ngx_http_request_t* r, const char* what, std::string_view token, bool verifies);

}  // namespace ngx_webpush
