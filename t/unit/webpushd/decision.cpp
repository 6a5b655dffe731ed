// send/decision.h: what follows from an attempt. The whole way of each is in t/52-verdicts.t.
#include "send/decision.h"

#include "tap.h"

using namespace webpushd;
using webpush::Verdict;

namespace {

Circumstances usual() {
    Circumstances circumstances;
    circumstances.subscription_age = 86400;
    circumstances.seconds_left = 3600;
    return circumstances;
}

void recorded(const Decision& decision, OutcomeKind kind, std::string_view reason, std::string_view name) {
    tap::ok(decision.next == Next::record && decision.outcome.kind == kind && decision.outcome.reason == reason, name);
}

void ends() {
    Circumstances young = usual();
    young.subscription_age = 59;
    recorded(decide_answered(Verdict::gone, 410, {}, usual()), OutcomeKind::gone, "", "410 ends a subscription");
    recorded(decide_answered(Verdict::gone, 410, {}, young), OutcomeKind::deferred, "young", "not in its first minute");
    young.seconds_left = 4;
    recorded(decide_answered(Verdict::gone, 410, {}, young), OutcomeKind::failed, "young", "also when nothing may wait");
    young.subscription_age = 60;
    recorded(decide_answered(Verdict::gone, 404, {}, young), OutcomeKind::gone, "", "which is over after 60 s");
}

void once_more(Verdict verdict, Next next, bool Mended::*mended, std::string_view name) {
    Circumstances circumstances = usual();
    tap::ok(decide_answered(verdict, 403, {}, circumstances).next == next, name);
    circumstances.mended.*mended = true;
    tap::ok(decide_answered(verdict, 403, {}, circumstances).outcome.kind == OutcomeKind::failed, "only once");
}

void waits() {
    recorded(decide_no_key(usual()), OutcomeKind::deferred, "no_key", "a key that is not here waits for who has it");
    Circumstances often = usual();
    often.attempt = 15;
    tap::is(decide_no_key(often).outcome.wait_seconds, 300, "five minutes at most");
    const Decision busy = decide_answered(Verdict::retry, 429, 120, usual());
    recorded(busy, OutcomeKind::deferred, "busy", "429 waits");
    tap::is(busy.outcome.wait_seconds, 120, "as long as Retry-After says");
    tap::is(busy.outcome.attempt, 1, "for the next attempt");
    tap::is(decide_answered(Verdict::retry, 503, 0, usual()).outcome.wait_seconds, 1, "Retry-After: 0 is not at once");

    Circumstances ending = usual();
    ending.seconds_left = 120;
    recorded(decide_answered(Verdict::retry, 429, 120, ending), OutcomeKind::expired, "busy", "longer than it is of use");
    ending.seconds_left = 2;
    recorded(decide_unreachable(ending), OutcomeKind::expired, "unreachable", "a backoff, too");
}

void put_off() {
    Circumstances circumstances = usual();
    circumstances.attempt = 3;
    const Decision later = decide_put_off(40, circumstances);
    recorded(later, OutcomeKind::deferred, "slow", "what the service does not take waits");
    tap::is(later.outcome.attempt, 3, "which is no attempt");
    tap::is(later.outcome.wait_seconds, 40, "so long");
    circumstances.seconds_left = 30;
    tap::is(decide_put_off(40, circumstances).outcome.wait_seconds, 30, "at most to its end");
    circumstances.seconds_left = 0;
    recorded(decide_put_off(40, circumstances), OutcomeKind::expired, "slow", "where it expires");
}

void guarded() {
    Circumstances circumstances = usual();
    circumstances.gone_held = true;
    recorded(decide_answered(Verdict::gone, 410, {}, circumstances), OutcomeKind::failed, "gone_held", "nobody ends");
    circumstances.stopped_for = 30;
    circumstances.attempt = 2;
    circumstances.jitter = -1;
    for (const Verdict verdict : {Verdict::refused, Verdict::key_mismatch}) {
        const Decision waits = decide_answered(verdict, 403, {}, circumstances);
        recorded(waits, OutcomeKind::deferred, "origin_stopped", "what is refused waits");
        tap::ok(waits.outcome.attempt == 2 && waits.outcome.wait_seconds == 61, "at most half a minute longer");
    }
    circumstances.jitter = 0;
    tap::is(decide_stopped(circumstances).outcome.wait_seconds, 31, "at least until the next try");
    circumstances.seconds_left = 31;
    recorded(decide_stopped(circumstances), OutcomeKind::expired, "origin_stopped", "or until it is of no use any more");
    recorded(decide_answered(Verdict::accepted, 201, {}, circumstances), OutcomeKind::accepted, "", "accepted is accepted");
}

void in_doubt() {
    Circumstances apple = usual();
    apple.apple = true;
    recorded(decide_lost(usual()), OutcomeKind::deferred, "lost", "a lost answer waits");
    recorded(decide_lost(apple), OutcomeKind::dropped, "in_doubt", "but not Apple's");
    recorded(decide_unreachable(apple), OutcomeKind::deferred, "unreachable", "what was not sent is not in doubt");
}

void unprocessed() {
    Circumstances circumstances = usual();
    int at_once = 0;
    while (decide_unprocessed(circumstances).next == Next::same_again) { circumstances.mended.unprocessed = ++at_once; }
    tap::is(at_once, 3, "what was not processed is sent again at once, three times");
    recorded(decide_unprocessed(circumstances), OutcomeKind::deferred, "unprocessed", "then it waits");
}

void backoff() {
    tap::is(backoff_seconds(0, 0), 5, "five seconds");
    tap::is(backoff_seconds(1, 0), 10, "doubling");
    tap::is(backoff_seconds(100, 0), 3600, "to an hour");
    tap::is(backoff_seconds(100, 1), 4500, "a quarter more");
    tap::is(backoff_seconds(100, -1), 2700, "or less");
}

}  // namespace

int main() {
    tap::subtest("404 and 410", ends);
    tap::subtest("mended", [] {
        once_more(Verdict::refused, Next::fresh_token, &Mended::token, "401, 403: with a fresh token");
        once_more(Verdict::no_topic, Next::without_topic, &Mended::topic, "BadWebPushTopic: without Topic");
        once_more(Verdict::wns_cache, Next::with_wns_cache, &Mended::wns_cache, "TTL conflict: with the cache policy");
    });
    tap::subtest("waiting", waits);
    tap::subtest("guarded", guarded);
    tap::subtest("in doubt", in_doubt);
    tap::subtest("put off", put_off);
    tap::subtest("unprocessed", unprocessed);
    tap::subtest("backoff", backoff);
    return tap::done_testing();
}
