// Addresses of this program's two sides.
#pragma once

#include <sys/socket.h>

#include <string>

namespace pushsim {

// "127.0.0.1:8443" or "[::1]:8443", numeric. Throws std::runtime_error for anything else.
sockaddr_storage parse_address(const std::string& text);

// "http://127.0.0.1:8080", with or without a slash at the end, as "127.0.0.1:8080". Throws
// std::runtime_error.
std::string authority_of(const std::string& url);

}  // namespace pushsim
