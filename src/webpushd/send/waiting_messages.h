// Messages that wait for a free stream of a push service, the more urgent classes first.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <vector>

#include "send/message.h"
#include "store/job_store.h"

namespace webpushd {

class WaitingMessages {
public:
    // A message stays at its place in memory until it is taken.
    void add(Message& message);
    // Back to the front of its class.
    void put_back(Message& message);

    // REQUIRES: not empty.
    Message& take_next();
    std::vector<Message*> take_all();
    std::vector<Message*> take_chosen(bool (*chosen)(const Message&));

    bool empty() const;
    std::size_t size() const;
    std::size_t urgent() const { return queues_.front().size(); }  // of the first class

private:
    std::deque<Message*>& queue_of(const Message& message);

    std::array<std::deque<Message*>, run_classes> queues_;
};

}  // namespace webpushd
