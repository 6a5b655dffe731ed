// send/address_policy.h: a push service is never inside a network.
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

int main() {
    for (const char* address : {"142.250.74.10", "34.107.243.93", "17.188.143.34", "1.1.1.1", "100.63.255.255",
                                "100.128.0.0", "172.15.255.255", "172.32.0.0", "198.17.255.255", "223.255.255.255",
                                "2a00:1450:4001:80e::200a", "2620:149:208:430::1", "2001:4860:4860::8888"}) {
        tap::ok(is_public(address), std::string("public: ") + address);
    }
    for (const char* address : {
             "0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.254",
             "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1",
             "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
             "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
             "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd12:3456::1", "fe80::1",
             "fec0::1", "ff02::1"}) {
        tap::ok(!is_public(address), std::string("not public: ") + address);
    }
    sockaddr unix_socket{};
    unix_socket.sa_family = AF_UNIX;
    tap::ok(!webpushd::is_public_address(unix_socket), "not public: another kind of address");
    return tap::done_testing();
}
