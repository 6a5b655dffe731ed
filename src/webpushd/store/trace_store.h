// One delivery, a run's message to one subscription, as the tables know it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/campaign_store.h"
#include "store/connection.h"
#include "webpush/octets.h"

namespace webpushd {

// Times are UTC as RFC 3339 writes them, to the millisecond; "" = none.

struct TracedChunk {
    std::int64_t id = 0;
    std::string state;  // ready, leased, done
    std::string not_before;
    std::int64_t claims = 0;
    std::string lease_until;
    bool leased = false;  // and it has not ended
};

// It waits singly.
struct TracedWaiting {
    std::string reason;
    std::int64_t attempt = 0;
    std::string not_before;
    std::int64_t claims = 0;
    std::string lease_until;
    bool leased = false;  // and it has not ended
};

struct TracedDelivery {
    std::string outcome;
    std::int64_t status = 0;  // HTTP, 0 = no answer
    std::string reason;
    std::string reduced;  // what the payload lost to fit
    std::int64_t attempt = 0;
    std::string at;
};

struct TracedEvent {
    std::string kind;    // shown, closed, click
    std::string action;  // button of a click
    bool late = false;
    std::string at;
};

struct TracedSubscription {
    bool active = false;
    std::string platform;     // when active
    std::string created_at;   // when active
    std::string accepted_at;  // when active: its push service last took a message
    std::string
        end_reason;  // left, gone, erased, replaced; "" = it has not ended or nothing is known
    std::string ended_at;
    std::string replaced_by;  // 16 octets
};

struct Trace {
    std::optional<TracedSubscription> subscription;  // none: never heard of on the run's site
    std::optional<TracedChunk> chunk;
    std::optional<TracedWaiting> waiting;
    std::optional<TracedDelivery> delivery;
    std::vector<TracedEvent> events;  // in the order of their times
};

Trace read_trace(Connection& db, const Run& run, const webpush::SubscriptionId& subscription);

}  // namespace webpushd
