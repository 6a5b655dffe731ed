// What may have been begun is written down before it is begun, for messages whose second copy nobody
// recognises: declarative ones (Apple's), which reach no worker. After a crash those marked and not
// recorded are dropped, so marks are only a little ahead of what is sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "send/job.h"
#include "store/job_store.h"

namespace webpushd {

class BeginOwner {
public:
    // It is marked.
    virtual void may_begin(Message& message) = 0;
    // Its lease is over before that, or stop() was called.
    virtual void give_up(Message& message) = 0;

protected:
    ~BeginOwner() = default;
};

// One a sender thread.
class BeginMarks {
public:
    // Both outlive it.
    BeginMarks(JobStore& store, BeginOwner& owner) : store_(store), owner_(owner) {}

    // Takes a message until the owner is told. A chunk's must come by id. Those of a more urgent class
    // go first. Call go_on() after some.
    void hold(Message& message);
    // Marks some more when few are ahead.
    void go_on();
    // The message is on the wire, or never will be. Harmless for those that were not held.
    void sent(Message& message);
    // Takes back those held for this host.
    std::vector<Message*> take_held(std::string_view host);
    // Once a second, and when runs were halted: what failed is tried again, what must not go on or is
    // too late given up.
    void tick();
    // Gives up what is held.
    void stop();

    std::size_t held() const { return held_.size(); }

private:
    std::vector<Message*> take_some();
    void mark(std::vector<Message*> some);
    void marked(const std::vector<Message*>& some,
                const webpush::Result<std::int64_t, DbError>& leases);
    void hold_again(const std::vector<Message*>& some);

    JobStore& store_;
    BeginOwner& owner_;
    std::deque<Message*> held_;
    std::size_t ahead_ = 0;  // marked, or being marked, and not sent
    bool failing_ = false;
    bool stopped_ = false;
};

}  // namespace webpushd
