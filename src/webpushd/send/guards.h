// Watches what push services answer and keeps a thread to what follows: no outage, no mistake with
// keys and no stranger empties an audience.
//
//   stopped    A service refuses a site's messages (401, 403, another key, a banned domain): they wait,
//              and one message after a growing pause tries whether that is over.
//   gone_held  A service says of unusually many subscriptions that they have ended: they are kept until
//              the share is normal again.
//
// Each thread judges by windows of its own (answer_window.h): a share of random subscriptions is the
// same in all of them, and each alone notices within some dozens of its answers. What follows is
// shared by all senders through the database, looked at once a second.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "send/alarms.h"
#include "send/answer_window.h"
#include "store/guard_store.h"
#include "webpush/verdict.h"

namespace webpushd {

class Guards {
public:
    // Both outlive it.
    Guards(GuardStore& store, Alarms& alarms) : store_(store), alarms_(alarms) {}

    struct Answer {
        std::string origin;  // host
        int site;
        const webpush::SubscriptionId& subscription;
        bool probe;  // of the message that take_probe() was for
        webpush::Verdict verdict;
    };
    // The service's last word on a message to a subscription that it had accepted before. Call before
    // asking what follows from it.
    void answered(const Answer& answer);

    // Seconds until a message of the site may be tried again, 0 when one may now; nullopt: not stopped.
    std::optional<std::int64_t> stopped(const std::string& origin, int site) const;
    // It is stopped for so many seconds and may be tried now: asks to be the one that does. False when
    // that is asked already. Else `done` is called later, from the loop.
    bool take_probe(const std::string& origin, int site, std::function<void(bool granted)> done);
    bool holds_gone(const std::string& origin) const;

    // One message more has to wait, one ending more was held back.
    void count(const GuardId& id);

    // Once a second.
    void tick();

private:
    struct Held {
        std::int64_t probe_in = 0;
        bool probing = false;
        bool lifting = false;
        GoneShare share;  // since the last tick
    };

    void note_refusal(const Answer& answer, bool refused);
    void note_ending(const Answer& answer, bool gone);
    void set(const GuardId& id);
    void lift(const GuardId& id);
    void adopt(const std::vector<GuardState>& states);
    void take_up(const GuardState& state);
    void drop(const GuardId& id);
    void tell_share(const GuardId& id, Held& held);

    GuardStore& store_;
    Alarms& alarms_;
    std::map<GuardId, AnswerWindow> windows_;
    std::map<GuardId, Held> held_;
    std::uint64_t changes_ = 0;  // of held_ by this thread: a list asked for before is out of date
};

}  // namespace webpushd
