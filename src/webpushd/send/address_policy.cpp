#include "send/address_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace webpushd {

namespace {

struct Prefix4 {
    std::uint32_t network;
    int length;
};

constexpr std::array<Prefix4, 16> special4 = {{
    {0x00000000, 8},   // "this network"
    {0x0a000000, 8},   // private
    {0x64400000, 10},  // shared, CGNAT
    {0x7f000000, 8},   // loopback
    {0xa9fe0000, 16},  // link-local
    {0xac100000, 12},  // private
    {0xc0000000, 24},  // IETF protocol assignments
    {0xc0000200, 24},  // documentation
    {0xc01fc400, 24},  // AS112
    {0xc0586300, 24},  // 6to4 relays
    {0xc0a80000, 16},  // private
    {0xc6120000, 15},  // benchmarking
    {0xc6336400, 24},  // documentation
    {0xcb007100, 24},  // documentation
    {0xe0000000, 4},   // multicast
    {0xf0000000, 4},   // reserved, broadcast
}};

bool is_public4(std::uint32_t address) {
    for (const Prefix4& prefix : special4) {
        if ((address ^ prefix.network) >> (32 - prefix.length) == 0) { return false; }
    }
    return true;
}

// Only 2000::/3 is global unicast; of that, not: 2001::/23 (protocol assignments, Teredo),
// 2001:db8::/32 and 3fff::/20 (documentation), 2002::/16 (6to4).
bool is_public6(const unsigned char (&a)[16]) {
    if ((a[0] & 0xe0) != 0x20) { return false; }
    if (a[0] == 0x20 && a[1] == 0x01 && (a[2] & 0xfe) == 0) { return false; }
    if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) { return false; }
    if (a[0] == 0x20 && a[1] == 0x02) { return false; }
    return !(a[0] == 0x3f && a[1] == 0xff && (a[2] & 0xf0) == 0);
}

}  // namespace

bool is_public_address(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in in4;
        std::memcpy(&in4, &address, sizeof in4);
        return is_public4(ntohl(in4.sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        sockaddr_in6 in6;
        std::memcpy(&in6, &address, sizeof in6);
        return is_public6(in6.sin6_addr.s6_addr);
    }
    return false;
}

}  // namespace webpushd
