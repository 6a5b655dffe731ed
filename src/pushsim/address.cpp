#include "address.h"

#include <uv.h>

#include <charconv>
#include <stdexcept>

namespace pushsim {
namespace {

int parse_port(const std::string& text) {
    int port = -1;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, port);
    const bool good = parsed.ec == std::errc() && parsed.ptr == end && port >= 0 && port <= 65535;
    return good ? port : -1;
}

}  // namespace

sockaddr_storage parse_address(const std::string& text) {
    sockaddr_storage address{};
    const std::size_t colon = text.rfind(':');
    const int port = colon == text.npos ? -1 : parse_port(text.substr(colon + 1));
    int result = UV_EINVAL;
    if (port >= 0 && text.starts_with('[') && text[colon - 1] == ']') {
        result = uv_ip6_addr(text.substr(1, colon - 2).c_str(), port,
                             reinterpret_cast<sockaddr_in6*>(&address));
    } else if (port >= 0) {
        result = uv_ip4_addr(text.substr(0, colon).c_str(), port,
                             reinterpret_cast<sockaddr_in*>(&address));
    }
    if (result != 0) { throw std::runtime_error("not ADDRESS:PORT: \"" + text + "\""); }
    return address;
}

std::string authority_of(const std::string& url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) { throw std::runtime_error("not http://ADDRESS:PORT: " + url); }
    std::string authority = url.substr(scheme.size());
    if (authority.ends_with('/')) { authority.pop_back(); }
    return authority;
}

}  // namespace pushsim
