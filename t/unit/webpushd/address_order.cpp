// send/address_order.h: IPv6 and IPv4 in turns.
#include "send/address_order.h"

#include <string>

#include "tap.h"

namespace {

// "664": two of IPv6, one of IPv4; told apart by a number in the order given.
std::string ordered(std::string_view families) {
    std::vector<sockaddr_storage> addresses;
    for (const char family : families) {
        sockaddr_storage& address = addresses.emplace_back();
        address.ss_family = family == '6' ? AF_INET6 : AF_INET;
        reinterpret_cast<char*>(&address)[sizeof address - 1] = static_cast<char>('a' + addresses.size() - 1);
    }
    std::string order;
    for (const sockaddr_storage& address : webpushd::alternate_families(addresses)) {
        order += address.ss_family == AF_INET6 ? '6' : '4';
        order += reinterpret_cast<const char*>(&address)[sizeof address - 1];
    }
    return order;
}

}  // namespace

int main() {
    tap::is(ordered(""), "", "none");
    tap::is(ordered("4"), "4a", "one");
    tap::is(ordered("6644"), "6a4c6b4d", "in turns");
    tap::is(ordered("4466"), "4a6c4b6d", "the resolver's first stays the first");
    tap::is(ordered("66644"), "6a4d6b4e6c", "what is left over at the end");
    tap::is(ordered("666"), "6a6b6c", "one family");
    return tap::done_testing();
}
