// send/address_policy.h: a push service is never inside a network. Every range by its ends, and what is
// beside them.
#include "send/address_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

#include "tap.h"

namespace {

bool is_public(const char* text) {
    sockaddr_storage storage{};
    auto* in4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (inet_pton(AF_INET, text, &in4->sin_addr) == 1) {
        storage.ss_family = AF_INET;
    } else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
        storage.ss_family = AF_INET6;
    }
    return webpushd::is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

}  // namespace

// The first and the last address of a range, and those beside it: "" where another range begins.
struct Range {
    const char* name;
    const char* first;
    const char* last;
    const char* before;
    const char* after;
};

constexpr Range ranges[] = {
    {"this network 0.0.0.0/8", "0.0.0.0", "0.255.255.255", "", "1.0.0.0"},
    {"private 10.0.0.0/8", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
    {"CGNAT 100.64.0.0/10", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"},
    {"loopback 127.0.0.0/8", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"},
    {"link-local 169.254.0.0/16", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"},
    {"private 172.16.0.0/12", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"},
    {"protocols 192.0.0.0/24", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"},
    {"documentation 192.0.2.0/24", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
    {"AS112 192.31.196.0/24", "192.31.196.0", "192.31.196.255", "192.31.195.255", "192.31.197.0"},
    {"6to4 relays 192.88.99.0/24", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"},
    {"private 192.168.0.0/16", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"},
    {"benchmarking 198.18.0.0/15", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"},
    {"documentation 198.51.100.0/24", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"},
    {"documentation 203.0.113.0/24", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"},
    {"multicast 224.0.0.0/4", "224.0.0.0", "239.255.255.255", "223.255.255.255", ""},
    {"reserved 240.0.0.0/4", "240.0.0.0", "255.255.255.255", "", ""},
    {"unspecified ::", "::", "::", "", ""},
    {"loopback ::1", "::1", "::1", "", ""},
    {"IPv4-compatible ::/96", "::2", "::ffff:ffff", "", ""},
    {"IPv4-mapped ::ffff:0:0/96", "::ffff:0.0.0.0", "::ffff:255.255.255.255", "", ""},
    {"IPv4-mapped, a public one", "::ffff:8.8.8.8", "::ffff:142.250.74.10", "", ""},
    {"NAT64 64:ff9b::/96", "64:ff9b::", "64:ff9b::ffff:ffff", "", ""},
    {"local NAT64 64:ff9b:1::/48", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", ""},
    {"discard 100::/64", "100::", "100::ffff:ffff:ffff:ffff", "", ""},
    {"all below 2000::/3", "64:ff9b:2::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "2000::"},
    {"Teredo 2001::/32", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::", ""},
    {"benchmarking 2001:2::/48", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "", ""},
    {"protocols 2001::/23", "2001:10::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "", "2001:200::"},
    {"documentation 2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7:ffff::",
     "2001:db9::"},
    {"6to4 2002::/16", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::", "2003::"},
    {"documentation 3fff::/20", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe:ffff::", "3fff:1000::"},
    {"all above 2000::/3", "4000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:ffff::", ""},
    {"unique local fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
    {"link-local fe80::/10", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
    {"site-local fec0::/10", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
    {"multicast ff00::/8", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""},
};

int main() {
    for (const Range& range : ranges) {
        tap::subtest(range.name, [&range] {
            for (const std::string inside : {range.first, range.last}) {
                tap::ok(!is_public(inside.c_str()), "not public: " + inside);
            }
            for (const std::string beside : {range.before, range.after}) {
                if (!beside.empty()) { tap::ok(is_public(beside.c_str()), "public: " + beside); }
            }
        });
    }
    for (const char* address : {"142.250.74.10", "34.107.243.93", "17.188.143.34", "2a00:1450:4001:80e::200a",
                                "2620:149:208:430::1", "2001:4860:4860::8888"}) {
        tap::ok(is_public(address), std::string("public: ") + address);
    }
    sockaddr unix_socket{};
    unix_socket.sa_family = AF_UNIX;
    tap::ok(!webpushd::is_public_address(unix_socket), "not public: another kind of address");
    return tap::done_testing();
}
