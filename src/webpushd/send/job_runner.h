// A sender thread's work: claims jobs, loads them, keeps their leases, hands them to the courier
// and gives back what it could not do.
#pragma once

#include <uv.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "send/courier.h"
#include "send/job.h"
#include "send/lease_clock.h"
#include "send/outcome_batch.h"
#include "send/sending_sites.h"
#include "send/site_turn.h"
#include "store/job_store.h"

namespace webpushd {

class JobRunner {
public:
    // All outlive it.
    JobRunner(uv_loop_t* loop, const Settings& settings, JobStore& store, OutcomeBatch& batch,
              Courier& courier, Alarms& alarms, SendCounters& counters);

    // Claims when there is room for more: call often, it does nothing when it is busy. What is
    // transactional finds room when nothing else does.
    void poll();
    // Several times a second: whether the runs in hand may go on.
    void watch_runs();
    // Once a second: sites, leases, what is to be given back.
    void tick();
    // Gives back what was claimed and not begun, once what was sent of it is recorded: call after
    // each commit.
    void give_back();
    // Nothing is claimed any more.
    void stop() { stopping_ = true; }
    // Nothing is in hand, and everything that was to be given back is.
    bool idle() const { return jobs_.empty() && returned_.empty() && asking_ + returning_ == 0; }

    // The courier's: no message of the job is open any more. Destroys it.
    void emptied(Job& job);

private:
    struct Returned {  // what a job had not begun
        ChunkReturn chunk;
        std::int64_t run = 0;
        std::vector<WaitingLease> waiting;
        std::uint64_t after = 0;  // OutcomeBatch::recorded(), when it holds all that was sent
    };

    void refresh_sites();
    void claim_urgent();
    void claim_waiting();
    void claim_chunk();
    bool take_claim(webpush::Result<WaitingClaim, DbError> claim, std::int64_t asked,
                    SiteTurn& turn);
    void load(const ClaimedChunk& chunk, std::int64_t asked);
    void start(const RunFacts& run, ChunkLease chunk, std::int64_t asked, bool in_doubt,
               std::vector<Recipient> recipients, Rows rows);
    void put_back(const ChunkLease& chunk, bool in_doubt);
    void put_back(std::int64_t run, const std::vector<Recipient>& recipients);
    void release(const std::vector<ChunkReturn>& chunks);
    void release(Returned waiting);
    void pause_unreadable(std::int64_t run);
    void halt(const std::vector<std::int64_t>& runs);
    void renew(Job& job);
    void renewed(std::uint64_t number, std::int64_t asked,
                 const webpush::Result<std::int64_t, DbError>& held, std::int64_t wanted);

    void note_gate(bool behind);
    void note_database(bool works, const char* problem);

    uv_loop_t* loop_;
    const Settings& settings_;
    JobStore& store_;
    OutcomeBatch& batch_;
    Courier& courier_;
    SendCounters& counters_;
    SendingSites sites_;
    LeaseClock lease_clock_;
    SiteTurn turn_;
    SiteTurn urgent_turn_;
    std::map<std::uint64_t, std::unique_ptr<Job>> jobs_;  // by number
    std::size_t recipients_ = 0;  // of all jobs
    std::vector<Returned> returned_;
    std::uint64_t next_number_ = 1;
    std::uint64_t waiting_checked_ = 0;  // when, on the loop's clock
    std::uint64_t urgent_checked_ = 0;   // the same
    int asking_ = 0;                     // claims and loads under way
    int returning_ = 0;
    std::uint64_t runs_watched_ = 0;     // when, on the loop's clock
    bool watching_ = false;
    bool stopping_ = false;
    bool ingest_behind_ = false;
    bool database_works_ = true;
};

}  // namespace webpushd
