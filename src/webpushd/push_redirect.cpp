#include "push_redirect.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>
#include <utility>

namespace webpushd {

namespace {

bool is_in_brackets(std::string_view address) {
    return address.size() >= 2 && address.starts_with('[') && address.ends_with(']');
}

bool is_numeric_address(int family, const std::string& address) {
    unsigned char octets[sizeof(in6_addr)];
    return address.find('\0') == std::string::npos &&
           ::inet_pton(family, address.c_str(), octets) == 1;
}

// 0 when it is no port number in its only spelling.
int port_from(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && text.front() != '0' && port >= 1 && port <= 65535 ? port : 0;
}

}  // namespace

std::optional<Redirect> parse_redirect(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::size_t colon = text.rfind(':');
    if (equals == text.npos || equals == 0 || colon == text.npos || colon < equals) {
        return std::nullopt;
    }
    std::string_view address = text.substr(equals + 1, colon - equals - 1);
    const int family = is_in_brackets(address) ? AF_INET6 : AF_INET;
    if (family == AF_INET6) { address = address.substr(1, address.size() - 2); }
    Redirect redirect{std::string(text.substr(0, equals)), std::string(address),
                      port_from(text.substr(colon + 1))};
    const bool is_good = redirect.port != 0 && is_numeric_address(family, redirect.address);
    return is_good ? std::optional(std::move(redirect)) : std::nullopt;
}

}  // namespace webpushd
