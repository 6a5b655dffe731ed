#include "push_redirect.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace webpushd {

namespace {

bool is_numeric_address(const std::string& address) {
    unsigned char octets[sizeof(in6_addr)];
    return ::inet_pton(AF_INET, address.c_str(), octets) == 1 ||
           ::inet_pton(AF_INET6, address.c_str(), octets) == 1;
}

std::string_view without_brackets(std::string_view address) {
    if (address.starts_with('[') && address.ends_with(']')) {
        return address.substr(1, address.size() - 2);
    }
    return address;
}

}  // namespace

std::optional<Redirect> parse_redirect(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::size_t colon = text.rfind(':');
    if (equals == text.npos || equals == 0 || colon == text.npos || colon < equals) {
        return std::nullopt;
    }
    Redirect redirect;
    redirect.host = std::string(text.substr(0, equals));
    redirect.address =
        std::string(without_brackets(text.substr(equals + 1, colon - equals - 1)));
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), redirect.port);
    const bool whole = error == std::errc() && end == port.data() + port.size();
    if (!whole || redirect.port < 1 || redirect.port > 65535 || !is_numeric_address(redirect.address)) {
        return std::nullopt;
    }
    return redirect;
}

}  // namespace webpushd
