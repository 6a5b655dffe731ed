#include "send/answer_window.h"

#include <set>

namespace webpushd {

namespace {

constexpr std::size_t least_subscriptions = 20;
constexpr std::size_t least_answers_to_believe = 50;

}  // namespace

void AnswerWindow::add(const webpush::SubscriptionId& subscription, bool bad) {
    if (answers_.size() == size_) {
        if (answers_.front().bad) { --bad_; }
        answers_.pop_front();
    }
    answers_.push_back({subscription, bad});
    if (bad) { ++bad_; }
}

void AnswerWindow::clear() {
    answers_.clear();
    bad_ = 0;
}

std::size_t AnswerWindow::distinct_bad() const {
    std::set<webpush::SubscriptionId> distinct;
    for (const Answer& answer : answers_) {
        if (answer.bad) { distinct.insert(answer.subscription); }
    }
    return distinct.size();
}

bool refuses_too_many(const AnswerWindow& window) {
    return window.bad() >= least_subscriptions && window.bad() * 2 >= window.answers() &&
           window.distinct_bad() >= least_subscriptions;
}

bool ends_too_many(const AnswerWindow& window) {
    const std::size_t limit = least_subscriptions + window.answers() / 5;
    return window.bad() >= limit && window.distinct_bad() >= limit;
}

bool ends_few(std::size_t answers, std::size_t gone) {
    return answers >= least_answers_to_believe && gone * 10 < answers;
}

}  // namespace webpushd
