// What senders take from the database and give back: chunks (send_job) and what waits singly
// (deferred), each under a lease with an epoch.
//
// A claim takes work that is due, of sites the sender can send for, of runs being sent, that nobody
// holds or whose holder's lease has ended: by class, then by the order in which the sites are given,
// then what waits longest; and nothing at all while any edge's log is not ingested
// up to two seconds ago, so that who has just left is not sent to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/async_connection.h"
#include "store/site_store.h"
#include "webpush/octets.h"

namespace webpushd {

// Who goes first, as stored in run.class.
enum class RunClass { transactional, automation, campaign };
inline constexpr std::size_t run_classes = 3;

// What a sender must know of a run. Times are unix seconds.
struct RunFacts {
    std::int64_t id = 0;
    int site = 0;
    std::string month;  // of its deliveries' partition
    std::int64_t active_until = 0;
    std::string collapse_key;
    std::string content;  // webpush/notification_json.h
    std::string urgency;
    RunClass run_class = RunClass::campaign;
};

struct ChunkLease {
    int bucket = 0;
    std::int64_t id = 0;
    int epoch = 0;
};

struct ClaimedChunk {
    ChunkLease lease;
    std::string id_from;
    std::string id_to;
    bool in_doubt = false;  // an earlier holder's lease ended before it was given back
    std::string begun_to;   // as mark()
    RunFacts run;
};

// One subscription to send to. Views point into the Rows that it was read from.
struct Recipient {
    webpush::SubscriptionId id{};
    std::string_view endpoint;  // "" when the subscription has ended while it waited
    std::string_view p256dh;
    std::string_view auth;
    std::string_view platform;
    std::string_view vapid;
    std::int64_t created_at = 0;
    bool was_accepted = false;  // its push service has taken a message before
    bool key_mismatch = false;  // its push service has said that it was made with another key
    int attempt = 0;        // how often it was tried before
    int epoch = 0;          // of its own lease, when it waited singly
    bool in_doubt = false;  // as ClaimedChunk's, when it waited singly
    bool begun = false;     // an earlier holder had marked it
};

struct ChunkClaim {
    std::int64_t database_ms = 0;     // the database's time when it was asked
    bool ingest_behind = false;       // nothing is given out for now
    std::vector<ClaimedChunk> chunk;  // none or one
};

// Those of one run that waited, at most 256.
struct WaitingClaim {
    std::int64_t database_ms = 0;
    bool ingest_behind = false;
    RunFacts run;
    std::vector<Recipient> recipients;  // views into rows
    Rows rows;
};

// A chunk's recipients that were not yet sent to in this run and do not wait for it, by id.
struct LoadedChunk {
    std::vector<Recipient> recipients;  // views into rows
    Rows rows;
};

struct WaitingLease {
    webpush::SubscriptionId subscription{};
    int epoch = 0;
};

// A chunk to be given back.
struct ChunkReturn {
    ChunkLease lease;
    std::int64_t wait_seconds = 0;  // until it may be claimed again; at most until its run's end
    bool in_doubt = false;          // as it was claimed, and stays
};

class JobStore {
public:
    template <typename T>
    using Done = std::function<void(webpush::Result<T, DbError>)>;

    // `db` outlives the store.
    JobStore(AsyncConnection& db, int lease_seconds);

    // Sites with an origin and a contact: nothing is sent for others. (Their prompt is left out,
    // their VAPID keys are told.)
    void sending_sites(Done<std::vector<Site>> done);

    // `lease_time`: another's lease ends when the database's clock and this, in milliseconds, have both
    // passed it (lease_clock.h); nullopt: the clock alone.
    using LeaseTime = std::optional<std::int64_t>;
    void claim_chunk(const std::vector<int>& sites, LeaseTime lease_time, Done<ChunkClaim> done);
    void claim_waiting(const std::vector<int>& sites, LeaseTime lease_time,
                       Done<WaitingClaim> done);
    // What is transactional, which none of the others gives.
    void claim_urgent(const std::vector<int>& sites, LeaseTime lease_time, Done<WaitingClaim> done);
    void load(const ClaimedChunk& chunk, Done<LoadedChunk> done);

    // Both tell how many leases were still held and now last lease_seconds from now.
    void renew(const ChunkLease& lease, Done<std::int64_t> done);
    void renew(std::int64_t run, const std::vector<WaitingLease>& leases, Done<std::int64_t> done);

    // Records what may be begun from now on: of a chunk, recipients up to this id. The next holder
    // learns it, unless the lease is given back. Both tell how many leases were still held.
    void mark(const ChunkLease& lease, const webpush::SubscriptionId& to, Done<std::int64_t> done);
    void mark(std::int64_t run, const std::vector<WaitingLease>& leases, Done<std::int64_t> done);

    // Gives back what was not begun, after everything that was is recorded: others may take it at
    // once, or after a time.
    void release(const std::vector<ChunkReturn>& chunks, Done<std::int64_t> done);
    void release(std::int64_t run, const std::vector<WaitingLease>& leases,
                 Done<std::int64_t> done);

    // Pauses the run for a reason of run_control.h; tells whether it was being sent.
    void pause(std::int64_t run, std::string_view reason, std::string_view detail, Done<bool> done);

    // Which of these runs are not being sent (any more): paused or cancelled.
    void halted_runs(const std::vector<std::int64_t>& runs, Done<std::vector<std::int64_t>> done);

private:
    std::vector<std::string> claim_params(const std::vector<int>& sites, LeaseTime lease_time) const;
    void claim_single(const char* sql, const std::vector<int>& sites, LeaseTime lease_time,
                      Done<WaitingClaim> done);
    void change(const char* sql, std::vector<std::string> params, Done<std::int64_t> done);

    AsyncConnection& db_;
    std::string lease_seconds_;
};

}  // namespace webpushd
