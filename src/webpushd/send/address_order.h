// In which order a push service's addresses are tried.
#pragma once

#include <sys/socket.h>

#include <vector>

namespace webpushd {

// IPv6 and IPv4 in turns, each in its own order, beginning with the family of the first (RFC 8305
// section 4): where one of them leads nowhere, the second address is already of the other.
std::vector<sockaddr_storage> alternate_families(const std::vector<sockaddr_storage>& addresses);

}  // namespace webpushd
