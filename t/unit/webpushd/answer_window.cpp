// send/answer_window.h: when a push service refuses or ends too many.
#include "send/answer_window.h"

#include "tap.h"

using namespace webpushd;

namespace {

webpush::SubscriptionId subscription(int number) {
    webpush::SubscriptionId id{};
    id[0] = static_cast<unsigned char>(number);
    id[1] = static_cast<unsigned char>(number >> 8);
    return id;
}

// Adds `good` and `bad` answers, each of another subscription; the bad ones come last.
AnswerWindow window(std::size_t size, int good, int bad) {
    AnswerWindow window(size);
    for (int i = 0; i < good + bad; ++i) {
        window.add(subscription(i), i >= good);
    }
    return window;
}

void forgets() {
    AnswerWindow some(3);
    some.add(subscription(1), true);
    some.add(subscription(1), true);
    some.add(subscription(2), true);
    tap::ok(some.bad() == 3 && some.distinct_bad() == 2, "one that has two counts once");
    some.add(subscription(3), false);
    tap::ok(some.answers() == 3 && some.bad() == 2 && some.distinct_bad() == 2,
            "the oldest is forgotten");
    some.clear();
    tap::ok(some.answers() == 0 && some.bad() == 0 && some.distinct_bad() == 0, "all are");
}

bool stops(int good, int bad) { return refuses_too_many(window(refused_window, good, bad)); }

void refused() {
    tap::ok(!stops(0, 19), "19 are too few");
    tap::ok(stops(0, 20), "20 are not");
    tap::ok(stops(20, 20) && !stops(21, 20), "when they are half of what there was");
    tap::ok(stops(500, 50) && !stops(500, 49), "half of the last 100 in the end");
    AnswerWindow one(refused_window);
    for (int i = 0; i < 1000; ++i) {
        one.add(subscription(i % 19), true);
    }
    tap::ok(!refuses_too_many(one), "19 that are refused again and again stop nothing");
}

bool holds(int good, int bad) { return ends_too_many(window(gone_window, good, bad)); }

void gone() {
    tap::ok(!holds(0, 23) && holds(0, 24), "all of the first 24");
    tap::ok(!holds(1000, 59) && holds(1000, 60), "60 of the last 200");
    AnswerWindow neglected(gone_window);
    bool held = false;
    for (int i = 0; i < 60000; ++i) {
        neglected.add(subscription(i), i % 5 == 0);
        held = held || ends_too_many(neglected);
    }
    tap::ok(!held, "a fifth all the time is no surge");
    AnswerWindow one(gone_window);
    for (int i = 0; i < 1000; ++i) {
        one.add(subscription(i % 20), true);
    }
    tap::ok(!ends_too_many(one), "nor are 20 that say so again and again");
}

void believed() {
    tap::ok(!ends_few(49, 0) && ends_few(50, 0), "after 50 answers");
    tap::ok(ends_few(50, 4) && !ends_few(50, 5), "with less than a tenth gone");
}

}  // namespace

int main() {
    tap::subtest("the window", forgets);
    tap::subtest("refused", refused);
    tap::subtest("gone", gone);
    tap::subtest("believed again", believed);
    return tap::done_testing();
}
