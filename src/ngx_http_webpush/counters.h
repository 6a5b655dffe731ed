// Counters of all workers in one zone of shared memory, which a reload keeps: what webpush_status
// shows. On the way of a request they are incremented and nothing else: no locks, no allocation.
// Everything lies in the zone until nginx ends and is zero at first.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "limit_rule.h"
#include "ngx.h"
#include "outcome.h"
#include "request_kind.h"
#include "visit.h"

namespace ngx_webpush {

// Each stands for itself: nobody concludes from one to another.
class Counter {
public:
    void add(std::uint64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    void set(std::uint64_t to) { value_.store(to, std::memory_order_relaxed); }
    void raise(std::uint64_t to) {
        std::uint64_t seen = get();
        while (seen < to && !value_.compare_exchange_weak(seen, to, std::memory_order_relaxed)) {}
    }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

    // True for the one who replaces `seen`.
    bool replace(std::uint64_t seen, std::uint64_t by) {
        return value_.compare_exchange_strong(seen, by, std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t> value_{};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

using OutcomesByKind = std::array<std::array<Counter, outcome_count>, request_kind_count>;

struct SiteCounters {
    std::array<char, 64> name{};
    OutcomesByKind requests{};
    OutcomesByKind events{};  // of webpush_event, those of a batch singly
    std::array<Counter, visit_result_count> visits{};
    std::array<std::array<Counter, 5>, 2> landings{};  // [whether of clicks][status class - 1]
    std::array<Counter, limit_count> limited{};        // refusals
    std::atomic<SiteCounters*> next{};
};

struct LogCounters {
    Counter records;  // heartbeats and first lines are none
    Counter bytes;    // all lines
    Counter errors;   // failed system calls
};

// Upper bounds of the buckets, in microseconds; the last bucket has none.
inline constexpr std::array<std::uint64_t, 15> sync_bounds{
    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,    50'000,
    100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

struct SyncCounters {
    std::array<Counter, sync_bounds.size() + 1> buckets{};  // each sync in one of them
    Counter microseconds;                                   // of all syncs together
    Counter longest_queue;                                  // of a worker
    Counter refused;                                        // requests, for a full queue
};

void count_sync(SyncCounters& sync, std::chrono::nanoseconds time);

// What lies in the directory of the logs, by webpush::LogKind. Measured now and then
// (log_directory.h).
struct LogDirectoryCounters {
    Counter due;       // when to measure again, unix milliseconds
    Counter measured;  // 0: never
    std::array<Counter, 2> files{};
    std::array<Counter, 2> bytes{};
};

// The disk of the logs (space_floor.h), as whichever worker looked last has found it.
struct SpaceCounters {
    Counter measured;  // 0: never
    Counter free;      // octets
    Counter reached;   // 1: records are refused
    Counter refused;   // what was not recorded for want of room
};

// Of one worker process. Apart from the others' in the processors' caches.
struct alignas(64) WorkerSlot {
    std::atomic<ngx_pid_t> pid;  // 0: free
    Counter queue;               // requests that wait for the next sync
};

// More workers than this, old ones that drain included, are not seen.
inline constexpr std::size_t max_worker_slots = 256;

struct Counters {
    Counter started;                  // unix milliseconds, as all times here
    Counter configured;               // the last reload
    std::array<LogCounters, 2> logs;  // by webpush::LogKind
    SyncCounters sync;
    LogDirectoryCounters directory;
    SpaceCounters space;
    std::array<WorkerSlot, max_worker_slots> workers;
    std::atomic<SiteCounters*> sites{};  // in order of appearance; only ever grows
};

// A worker's slot, taken from its start to its end. Of a worker that was killed the next one takes
// it. Where all are taken the worker counts for itself.
class WorkerSeat {
public:
    explicit WorkerSeat(Counters& counters);
    ~WorkerSeat();
    WorkerSeat(const WorkerSeat&) = delete;
    WorkerSeat& operator=(const WorkerSeat&) = delete;

    Counter& queue() { return slot_->queue; }

private:
    WorkerSlot own_{};
    WorkerSlot* slot_ = &own_;
};

// Whether a worker that is alive has the slot.
bool is_taken(const WorkerSlot& slot);

}  // namespace ngx_webpush
