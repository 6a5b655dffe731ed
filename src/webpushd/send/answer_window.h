// The last answers of a push service, and which of them were bad; and what share of bad ones is too
// much. Pure.
//
// Only answers to subscriptions that the service had accepted before may be counted: anybody can post
// endpoints that are refused or gone, thousands of them, and must neither bring about what follows
// from these shares nor hide behind their number what should.
#pragma once

#include <cstddef>
#include <deque>

#include "webpush/octets.h"

namespace webpushd {

class AnswerWindow {
public:
    // Remembers so many answers.
    explicit AnswerWindow(std::size_t size) : size_(size) {}

    void add(const webpush::SubscriptionId& subscription, bool bad);
    void clear();

    std::size_t answers() const { return answers_.size(); }
    std::size_t bad() const { return bad_; }
    // Subscriptions that had a bad one.
    std::size_t distinct_bad() const;

private:
    struct Answer {
        webpush::SubscriptionId subscription;
        bool bad;
    };

    std::size_t size_;
    std::deque<Answer> answers_;
    std::size_t bad_ = 0;
};

// Refused: the origin stops with at least 20 subscriptions, and half of the last 100 answers.
inline constexpr std::size_t refused_window = 100;
bool refuses_too_many(const AnswerWindow& window);

// Gone: endings are held back with 20 subscriptions more than a fifth of the last 200 answers. All
// gone, that is after 24; 30 % and more are noticed, a fifth, which is a neglected audience, is not.
inline constexpr std::size_t gone_window = 200;
bool ends_too_many(const AnswerWindow& window);

// Endings are believed again with less than a tenth of at least 50 answers.
bool ends_few(std::size_t answers, std::size_t gone);

}  // namespace webpushd
