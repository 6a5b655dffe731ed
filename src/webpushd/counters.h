// What this process has done since it was started, for GET /v1/metrics. Each thread counts in figures
// of its own, without a lock or an instruction that locks; whoever asks adds them up.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace webpushd {

// Written by one thread, read by any.
class Counter {
public:
    void add(std::uint64_t n = 1) { set(get() + n); }
    void add(const Counter& other) { add(other.get()); }
    void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

// Times in milliseconds, counted up to each bound and beyond the last.
class Histogram {
public:
    static constexpr std::array<std::uint64_t, 12> bounds = {5,   10,   25,   50,   100,   250,
                                                             500, 1000, 2500, 5000, 10000, 30000};
    void add(std::uint64_t milliseconds);
    void add(const Histogram& other);

    std::array<Counter, bounds.size() + 1> buckets;  // each without those before
    Counter milliseconds;                            // together
};

// Which push services have figures of their own. Anybody can post an endpoint, so only those that
// have answered, and not more than there are slots: the others share one.
class OriginSlots {
public:
    static constexpr std::size_t other = 20;
    static constexpr std::size_t count = other + 1;

    // Of a service that has answered; always the same for one host, `other` when all are taken.
    std::size_t slot_of(const std::string& host);
    // By slot, those that are taken.
    std::vector<std::string> hosts() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> hosts_;
};

// What became of one request: webpush::Verdict's numbers, then these.
inline constexpr std::size_t verdicts = 9;
inline constexpr std::size_t request_unprocessed = verdicts;
inline constexpr std::size_t request_lost = verdicts + 1;
inline constexpr std::size_t request_ends = verdicts + 2;
std::string_view request_end_name(std::size_t end);

struct OriginCounters {
    std::array<Counter, request_ends> requests;
    Histogram answered;
    Counter waiting;  // messages for a free stream; this and what follows as it was a second ago
    Counter streams;  // requests under way
    Counter connections;
};

inline constexpr std::size_t outcome_kinds = 7;  // OutcomeKind's numbers

// Of one sender thread, or of several together.
struct SendCounters {
    explicit SendCounters(OriginSlots& slots) : origin_slots(slots) {}
    void add(const SendCounters& other);

    OriginSlots& origin_slots;
    std::array<OriginCounters, OriginSlots::count> origins;
    Counter encrypted;
    Counter chunks_claimed;
    Counter lists_claimed;    // of messages that waited singly
    Counter urgent_claimed;   // lists of transactional ones
    Counter messages_loaded;  // of all these
    Counter leases_lost;
    std::array<Counter, outcome_kinds> outcomes;
    Counter outcomes_left;  // of `outcomes`, not recorded: under a lease that another has taken
    Histogram batches;
    Counter database_errors;
};

// Of the thread that follows the logs.
struct IngestCounters {
    static constexpr std::size_t kinds = 12;  // LogRecord's alternatives
    std::array<Counter, kinds> records;
    Counter skipped;
    Counter database_errors;
};
std::string_view record_kind_name(std::size_t kind);

class Counters {
public:
    // For a new sender thread; stays as long as this.
    SendCounters& add_sender();
    // Of all of them together.
    std::unique_ptr<SendCounters> sent();

    OriginSlots origins;
    IngestCounters ingest;
    Counter plan_database_errors;
    std::atomic<std::uint64_t> api_database_errors = 0;  // of several threads

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<SendCounters>> senders_;
};

}  // namespace webpushd
