#include "send/waiting_messages.h"

#include <algorithm>

#include "send/job.h"

namespace webpushd {

void WaitingMessages::add(Message& message) { queue_of(message).push_back(&message); }

void WaitingMessages::put_back(Message& message) { queue_of(message).push_front(&message); }

Message& WaitingMessages::take_next() {
    const auto first = std::find_if(queues_.begin(), queues_.end(),
                                    [](const auto& queue) { return !queue.empty(); });
    Message& message = *first->front();
    first->pop_front();
    return message;
}

std::vector<Message*> WaitingMessages::take_all() {
    return take_chosen([](const Message&) { return true; });
}

std::vector<Message*> WaitingMessages::take_chosen(bool (*chosen)(const Message&)) {
    std::vector<Message*> taken;
    for (auto& queue : queues_) {
        const auto rest = std::stable_partition(
            queue.begin(), queue.end(), [=](const Message* message) { return !chosen(*message); });
        taken.insert(taken.end(), rest, queue.end());
        queue.erase(rest, queue.end());
    }
    return taken;
}

bool WaitingMessages::empty() const { return size() == 0; }

std::size_t WaitingMessages::size() const {
    std::size_t size = 0;
    for (const auto& queue : queues_) { size += queue.size(); }
    return size;
}

std::deque<Message*>& WaitingMessages::queue_of(const Message& message) {
    const auto number = static_cast<std::size_t>(message.job->run.run_class);
    return queues_[std::min(number, queues_.size() - 1)];
}

}  // namespace webpushd
