#include "send/site_turn.h"

#include <algorithm>

namespace webpushd {

std::vector<int> SiteTurn::order(const std::vector<int>& sites) const {
    std::vector<int> order = sites;
    const auto first = std::lower_bound(order.begin(), order.end(), site_);
    std::rotate(order.begin(), first, order.end());
    return order;
}

void SiteTurn::took(int site, std::size_t recipients) {
    if (site != site_) { taken_ = 0; }  // those before it have nothing to do
    site_ = site;
    taken_ += recipients;
    if (taken_ < recipients_) { return; }
    site_ = site + 1;
    taken_ = 0;
}

}  // namespace webpushd
