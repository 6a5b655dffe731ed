// What is kept of an answer: the status, the beginning of the body and the few headers that decide.
#pragma once

#include <string_view>

#include "send/exchange.h"

namespace webpushd {

// `name` in lower case; ":status" for the status, as HTTP/2 has it.
void take_header(Exchange& exchange, std::string_view name, std::string_view value);
void take_body(Exchange& exchange, std::string_view octets);

}  // namespace webpushd
