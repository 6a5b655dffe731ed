#include "send/address_order.h"

#include <algorithm>

namespace webpushd {

std::vector<sockaddr_storage> alternate_families(const std::vector<sockaddr_storage>& addresses) {
    std::vector<sockaddr_storage> same, other, order;
    for (const sockaddr_storage& address : addresses) {
        const bool is_same = address.ss_family == addresses.front().ss_family;
        (is_same ? same : other).push_back(address);
    }
    for (std::size_t i = 0; i < std::max(same.size(), other.size()); ++i) {
        if (i < same.size()) { order.push_back(same[i]); }
        if (i < other.size()) { order.push_back(other[i]); }
    }
    return order;
}

}  // namespace webpushd
