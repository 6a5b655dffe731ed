#include "send/begin_marks.h"

#include <algorithm>
#include <utility>

namespace webpushd {

namespace {

constexpr std::size_t most_ahead = 64;

}  // namespace

void BeginMarks::hold(Message& message) {
    const auto later = [&](const Message* other) {
        return other->job->run.run_class > message.job->run.run_class;
    };
    auto place = held_.end();
    if (!held_.empty() && later(held_.back())) {
        place = std::find_if(held_.begin(), held_.end(), later);
    }
    held_.insert(place, &message);
}

// Not for each one that is sent, so that a mark is for many.
void BeginMarks::go_on() {
    if (ahead_ > most_ahead / 2) { return; }
    while (!held_.empty() && ahead_ < most_ahead && !failing_) { mark(take_some()); }
}

// Of one job, for one statement.
std::vector<Message*> BeginMarks::take_some() {
    std::vector<Message*> some;
    const Job* job = held_.front()->job;
    while (!held_.empty() && held_.front()->job == job && ahead_ < most_ahead) {
        some.push_back(held_.front());
        some.back()->ahead = true;
        ++ahead_;
        held_.pop_front();
    }
    return some;
}

void BeginMarks::mark(std::vector<Message*> some) {
    const Job& job = *some.front()->job;
    if (job.is_chunk()) {
        const webpush::SubscriptionId last = some.back()->recipient.id;
        return store_.mark(job.chunk, last, [this, some = std::move(some)](auto leases) {
            marked(some, leases);
        });
    }
    std::vector<WaitingLease> waiting;
    for (const Message* message : some) {
        waiting.push_back({message->recipient.id, message->recipient.epoch});
    }
    store_.mark(job.run.id, waiting, [this, some = std::move(some)](auto leases) {
        marked(some, leases);
    });
}

// The job stays as long as one of its messages is held or ahead.
void BeginMarks::marked(const std::vector<Message*>& some,
                        const webpush::Result<std::int64_t, DbError>& leases) {
    if (!leases) { return hold_again(some); }
    Job& job = *some.front()->job;
    const std::size_t wanted = job.is_chunk() ? 1 : some.size();
    if (static_cast<std::size_t>(*leases) != wanted) { job.lost = true; }
    for (Message* message : some) { owner_.may_begin(*message); }
}

// In front, as they were.
void BeginMarks::hold_again(const std::vector<Message*>& some) {
    failing_ = true;
    for (Message* message : some) { message->ahead = false; }
    ahead_ -= some.size();
    held_.insert(held_.begin(), some.begin(), some.end());
}

void BeginMarks::sent(Message& message) {
    if (!std::exchange(message.ahead, false)) { return; }
    --ahead_;
    go_on();
}

std::vector<Message*> BeginMarks::take_held(std::string_view host) {
    const auto others = std::stable_partition(
        held_.begin(), held_.end(), [host](const Message* message) {
            return message->authority != host;
        });
    std::vector<Message*> taken(others, held_.end());
    held_.erase(others, held_.end());
    return taken;
}

void BeginMarks::tick() {
    const std::int64_t now = boot_milliseconds();
    for (Message* message : std::exchange(held_, {})) {
        const Job& job = *message->job;
        if (stopped_ || !job.may_go_on() || !job.lease.may_begin(now)) {
            owner_.give_up(*message);
        } else {
            held_.push_back(message);
        }
    }
    failing_ = false;
    go_on();
}

void BeginMarks::stop() {
    stopped_ = true;
    tick();
}

}  // namespace webpushd
