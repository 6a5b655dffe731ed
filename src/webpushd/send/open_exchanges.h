// The exchanges under way on one connection: constant-time insertion and removal, no allocation a
// message.
#pragma once

#include <cstddef>
#include <vector>

#include "send/exchange.h"

namespace webpushd {

class OpenExchanges {
public:
    std::size_t size() const { return all_.size(); }
    const std::vector<Exchange*>& all() const { return all_; }

    void insert(Exchange& exchange) {
        exchange.slot = all_.size();
        all_.push_back(&exchange);
    }

    void remove(Exchange& exchange) {
        all_[exchange.slot] = all_.back();
        all_[exchange.slot]->slot = exchange.slot;
        all_.pop_back();
    }

private:
    std::vector<Exchange*> all_;
};

}  // namespace webpushd
