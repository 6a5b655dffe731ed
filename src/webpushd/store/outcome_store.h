// Records what became of messages, under the leases that they were sent with: rows whose lease has
// passed to another sender are left out, so that a slow sender writes nothing once it is replaced.
//
// One statement, therefore one transaction: delivery rows, counters made from the rows really
// inserted, waiting rows, ended subscriptions, finished chunks. Recording the same twice changes
// nothing the second time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/async_connection.h"
#include "store/job_store.h"
#include "webpush/octets.h"

namespace webpushd {

// Names as stored in delivery.outcome.
enum class OutcomeKind { accepted, dropped, gone, key_mismatch, failed, expired, deferred };
std::string_view name(OutcomeKind kind);

struct Outcome {
    OutcomeKind kind = OutcomeKind::failed;
    int status = 0;            // HTTP status, 0 = no answer
    std::string_view reason;   // static; says more than the kind and the status
    std::string_view reduced;  // static; what the payload lost to fit
    int attempt = 0;           // deferred: of the next one
    std::int64_t wait_seconds = 0;  // deferred only
};

struct OutcomeRow {
    int site = 0;
    std::int64_t run = 0;
    std::string month;
    webpush::SubscriptionId subscription{};
    std::string platform;    // of the subscription, "" when it has ended
    std::int64_t chunk = 0;  // id, or 0 for one that waited singly
    int epoch = 0;           // of the chunk's lease or of its own
    Outcome outcome;
};

class OutcomeStore {
public:
    // `db` outlives the store.
    explicit OutcomeStore(AsyncConnection& db) : db_(db) {}

    // `finished`: chunks of which nothing is left to record after these rows. The result tells how
    // many rows were held under a valid lease.
    void record(const std::vector<OutcomeRow>& rows, const std::vector<ChunkLease>& finished,
                JobStore::Done<std::int64_t> done);

private:
    AsyncConnection& db_;
};

}  // namespace webpushd
