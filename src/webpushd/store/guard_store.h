// What all senders have to keep to for a push service: table origin_guard.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "store/async_connection.h"
#include "store/job_store.h"

namespace webpushd {

enum class GuardKind {
    stopped,    // it refuses a site's messages: they wait
    gone_held,  // its word that a subscription has ended is not believed
};

struct GuardId {
    GuardKind kind = GuardKind::stopped;
    std::string origin;  // host
    int site = 0;        // stopped only

    auto operator<=>(const GuardId&) const = default;
};

struct GuardState {
    GuardId id;
    std::int64_t probe_in = 0;  // stopped: seconds until a message may be tried, 0 = now
};

// Answers to subscriptions that were accepted before, and how many of these said gone.
struct GoneShare {
    std::int64_t answers = 0;
    std::int64_t gone = 0;
};

class GuardStore {
public:
    // `db` outlives the store.
    explicit GuardStore(AsyncConnection& db) : db_(db) {}

    // All that there are: few, mostly none.
    void list(JobStore::Done<std::vector<GuardState>> done);
    // Does nothing when it is so already.
    void set(const GuardId& id, JobStore::Done<std::int64_t> done);
    // Tells how many there were: 0 when somebody else was first.
    void lift(const GuardId& id, JobStore::Done<std::int64_t> done);
    // For the one message that is tried: 1 when the caller may send it, the next not before the pause,
    // twice as long as the last, is over; 0 when another has it.
    void take_probe(const GuardId& id, JobStore::Done<std::int64_t> done);
    // Adds to what was counted while held, and tells all of it: about the last few hundred answers.
    void count(const GuardId& id, GoneShare more, JobStore::Done<GoneShare> done);

private:
    AsyncConnection& db_;
};

}  // namespace webpushd
