// What follows from one attempt to send a message: done with it, once more at once, or later. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/outcome_store.h"
#include "webpush/verdict.h"

namespace webpushd {

// What was already mended and tried again in this attempt; each is tried once.
struct Mended {
    bool token = false;        // a fresh VAPID token after 401 or 403
    bool topic = false;        // sent without Topic
    bool wns_cache = false;    // sent with X-WNS-Cache-Policy
    int unprocessed = 0;       // times the service said that it had done nothing
};

struct Circumstances {
    int attempt = 0;                    // earlier ones that had to wait
    std::int64_t subscription_age = 0;  // seconds
    std::int64_t seconds_left = 0;      // until the message is of no use any more
    double jitter = 0;                  // -1 .. 1, random
    std::optional<std::int64_t> stopped_for;  // seconds, at least: the origin refuses all (guards.h)
    bool gone_held = false;             // the origin's word that it has ended is not believed
    bool apple = false;                 // declarative: the worker cannot recognise a second copy
    Mended mended;
};

enum class Next { record, fresh_token, without_topic, with_wns_cache, same_again };

struct Decision {
    Next next = Next::record;
    Outcome outcome;  // for Next::record
};

// After an answer; `retry_after` in seconds when it named one.
Decision decide_answered(webpush::Verdict verdict, int status,
                         std::optional<std::int64_t> retry_after,
                         const Circumstances& circumstances);
// The service did nothing with the request (GOAWAY, REFUSED_STREAM).
Decision decide_unprocessed(const Circumstances& circumstances);
// No answer: whether the service took it is unknown.
Decision decide_lost(const Circumstances& circumstances);
// The key that the subscription was made with is not here: another sender may have it.
Decision decide_no_key(const Circumstances& circumstances);
// The origin is stopped: not sent. REQUIRES: stopped_for.
Decision decide_stopped(const Circumstances& circumstances);
// No connection.
Decision decide_unreachable(const Circumstances& circumstances);
// Not tried at all: the service is silent, or has enough to do. Again after `wait` seconds, or at the
// end of its time, when it expires.
Decision decide_put_off(std::int64_t wait, const Circumstances& circumstances);

// Exponential, 5 s to 1 h, spread by a quarter.
std::int64_t backoff_seconds(int attempt, double jitter);

}  // namespace webpushd
