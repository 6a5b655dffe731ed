// Which addresses a push service may have: an endpoint is a stranger's URL, and a name can be made
// to resolve to the inside of a network (server-side request forgery), at any time after it was
// checked.
#pragma once

#include <sys/socket.h>

namespace webpushd {

// True for globally reachable unicast addresses (IANA special-purpose registries, RFC 6890): not
// private, loopback, link-local, shared (CGNAT), documentation, benchmarking, multicast or
// reserved, nor an IPv6 form that embeds or translates to an IPv4 address.
bool is_public_address(const sockaddr& address);

}  // namespace webpushd
