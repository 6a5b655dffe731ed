#include "send/answer_header.h"

#include <algorithm>
#include <charconv>

namespace webpushd {

namespace {

constexpr std::size_t max_value = 256;

}  // namespace

void take_header(Exchange& exchange, std::string_view name, std::string_view value) {
    if (name == ":status") {
        std::from_chars(value.data(), value.data() + value.size(), exchange.status);
    } else if (name == "retry-after") {
        exchange.retry_after = value.substr(0, max_value);
    } else if (name == "x-wns-status") {
        exchange.wns_status = value.substr(0, max_value);
    } else if (name == "x-wns-error-description") {
        exchange.wns_error = value.substr(0, max_value);
    }
}

void take_body(Exchange& exchange, std::string_view octets) {
    const std::size_t room = max_answer - std::min(max_answer, exchange.answer.size());
    exchange.answer.append(octets.substr(0, room));
    exchange.answer_size += octets.size();
}

}  // namespace webpushd
