// The push service itself: checks every request as the real ones do, plays the rules, hands what it
// takes to the browser, answers, and writes each request down.
//
// A line of the log of posts:
//   {"t":<unix ms>,"authority":..,"path":..,"headers":{..},"body":<base64url>,"sub":<id or "">,
//    "run":<of the message, 0 = unknown>,"copy":<1 for the first of this run to this browser>,
//    "status":<sent, 0 = none>,"refused":<why, "" = not>,"play":<rule's, "" = none>}
#pragma once

#include <cstdint>
#include <vector>

#include "agenda.h"
#include "append_file.h"
#include "inbox.h"
#include "population.h"
#include "push_connection.h"
#include "rule.h"
#include "tally.h"
#include "vapid_check.h"

namespace pushsim {

class PushService {
public:
    // All outlive it.
    PushService(Population& population, Inbox& inbox, Agenda& agenda, AppendFile& posts,
                std::vector<Rule> rules, Tally& tally);

    // Answers, now or later.
    void take(PushRequest request, const Reply& reply);

private:
    struct Post;

    std::optional<Fault> fault_in(const PushRequest& request, Service service,
                                  const Browser* browser);
    void refuse(Post& post, Service service, Fault fault, const Reply& reply);
    void play(Post& post, Service service, Browser& browser, const Reply& reply);
    void perform_in_time(const Rule& rule, const PushAnswer& answer, const Reply& reply);
    void write_down(const Post& post);

    Population& population_;
    Inbox& inbox_;
    Agenda& agenda_;
    AppendFile& posts_;
    std::vector<Rule> rules_;
    Tally& tally_;
    VapidCheck vapid_;
};

}  // namespace pushsim
