#include "send/sender.h"

#include "send/sender_thread.h"

namespace webpushd {

std::unique_ptr<Role> make_send_role(const Context& context) {
    return std::make_unique<Sender>(context);
}

Sender::Sender(const Context& context) : context_(context) {}

Sender::~Sender() = default;

void Sender::start() {
    for (int i = 0; i < context_.settings.send_threads; ++i) {
        threads_.push_back(std::make_unique<SenderThread>(context_));
    }
}

void Sender::stop() {
    for (const auto& thread : threads_) { thread->request_stop(); }
    for (const auto& thread : threads_) { thread->join(); }
    threads_.clear();
}

}  // namespace webpushd
