#include "send/decision.h"

#include <algorithm>
#include <cmath>

namespace webpushd {

namespace {

using webpush::Verdict;

// Services are known to answer 404 or 410 for a moment after a subscription was made.
constexpr std::int64_t young_seconds = 60;
constexpr int unprocessed_at_once = 3;
constexpr std::int64_t first_backoff = 5;
constexpr std::int64_t longest_backoff = 3600;
constexpr std::int64_t longest_no_key_wait = 300;
constexpr double stopped_spread = 30;

Decision record(OutcomeKind kind, int status, std::string_view reason = "") {
    Decision decision;
    decision.outcome.kind = kind;
    decision.outcome.status = status;
    decision.outcome.reason = reason;
    return decision;
}

Decision again(Next next) {
    Decision decision;
    decision.next = next;
    return decision;
}

// What would have to wait longer than the message is of use has expired already.
Decision later(int status, std::string_view reason, std::optional<std::int64_t> wait,
               const Circumstances& c) {
    const std::int64_t seconds =
        std::max(wait.value_or(0), wait ? 1 : backoff_seconds(c.attempt, c.jitter));
    if (seconds >= c.seconds_left) { return record(OutcomeKind::expired, status, reason); }
    Decision decision = record(OutcomeKind::deferred, status, reason);
    decision.outcome.attempt = c.attempt + 1;
    decision.outcome.wait_seconds = seconds;
    return decision;
}

// So shortly after it was made that the service may not know it yet; it is asked again and again until
// that time is over, if the message may wait so long.
Decision young(int status, const Circumstances& c) {
    Decision decision = later(status, "young", std::nullopt, c);
    const bool no_time = decision.outcome.kind == OutcomeKind::expired;
    return no_time ? record(OutcomeKind::failed, status, "young") : decision;
}

}  // namespace

Decision decide_answered(Verdict verdict, int status, std::optional<std::int64_t> retry_after,
                         const Circumstances& c) {
    switch (verdict) {
    case Verdict::accepted: return record(OutcomeKind::accepted, status);
    case Verdict::dropped: return record(OutcomeKind::dropped, status, "service");
    case Verdict::gone:
        if (c.subscription_age < young_seconds) { return young(status, c); }
        return c.gone_held ? record(OutcomeKind::failed, status, "gone_held")
                           : record(OutcomeKind::gone, status);
    case Verdict::key_mismatch:
        return c.stopped_for ? decide_stopped(c) : record(OutcomeKind::key_mismatch, status);
    case Verdict::refused:
        if (c.stopped_for) { return decide_stopped(c); }
        return c.mended.token ? record(OutcomeKind::failed, status, "refused")
                              : again(Next::fresh_token);
    case Verdict::no_topic:
        return c.mended.topic ? record(OutcomeKind::failed, status, "topic")
                              : again(Next::without_topic);
    case Verdict::wns_cache:
        return c.mended.wns_cache ? record(OutcomeKind::failed, status, "wns_cache")
                                  : again(Next::with_wns_cache);
    case Verdict::retry: return later(status, "busy", retry_after, c);
    case Verdict::failed: return record(OutcomeKind::failed, status, "answer");
    }
    return record(OutcomeKind::failed, status, "answer");
}

Decision decide_unprocessed(const Circumstances& c) {
    if (c.mended.unprocessed < unprocessed_at_once) { return again(Next::same_again); }
    return later(0, "unprocessed", std::nullopt, c);
}

Decision decide_lost(const Circumstances& c) {
    if (c.apple) { return record(OutcomeKind::dropped, 0, "in_doubt"); }
    return later(0, "lost", std::nullopt, c);
}

// Whoever puts the file back does not want to wait for an hour after that.
Decision decide_no_key(const Circumstances& c) {
    const std::int64_t wait = std::min(backoff_seconds(c.attempt, c.jitter), longest_no_key_wait);
    return later(0, "no_key", wait, c);
}

// Not all of them at the same time, and it is no attempt.
Decision decide_stopped(const Circumstances& c) {
    const auto spread = static_cast<std::int64_t>(std::abs(c.jitter) * stopped_spread);
    Decision decision = later(0, "origin_stopped", *c.stopped_for + 1 + spread, c);
    decision.outcome.attempt = c.attempt;
    return decision;
}

Decision decide_unreachable(const Circumstances& c) {
    return later(0, "unreachable", std::nullopt, c);
}

Decision decide_put_off(std::int64_t wait, const Circumstances& c) {
    if (c.seconds_left <= 0) { return record(OutcomeKind::expired, 0, "slow"); }
    Decision decision = record(OutcomeKind::deferred, 0, "slow");
    decision.outcome.attempt = c.attempt;
    decision.outcome.wait_seconds = std::min(wait, c.seconds_left);
    return decision;
}

std::int64_t backoff_seconds(int attempt, double jitter) {
    const std::int64_t plain = std::min(longest_backoff, first_backoff << std::min(attempt, 20));
    return std::max<std::int64_t>(
        1, plain + static_cast<std::int64_t>(static_cast<double>(plain) * jitter / 4));
}

}  // namespace webpushd
