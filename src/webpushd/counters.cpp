#include "counters.h"

#include <algorithm>
#include <variant>

#include "store/outcome_store.h"
#include "webpush/log_record.h"
#include "webpush/verdict.h"

namespace webpushd {

static_assert(static_cast<std::size_t>(webpush::Verdict::failed) + 1 == verdicts);
static_assert(static_cast<std::size_t>(OutcomeKind::deferred) + 1 == outcome_kinds);
static_assert(std::variant_size_v<webpush::LogRecord> == IngestCounters::kinds);

namespace {

template <std::size_t N>
void add_each(std::array<Counter, N>& to, const std::array<Counter, N>& more) {
    for (std::size_t i = 0; i < N; ++i) { to[i].add(more[i]); }
}

}  // namespace

void Histogram::add(std::uint64_t time) {
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), time);
    buckets[static_cast<std::size_t>(bound - bounds.begin())].add();
    milliseconds.add(time);
}

void Histogram::add(const Histogram& other) {
    add_each(buckets, other.buckets);
    milliseconds.add(other.milliseconds);
}

void SendCounters::add(const SendCounters& other) {
    for (std::size_t slot = 0; slot < origins.size(); ++slot) {
        OriginCounters& origin = origins[slot];
        const OriginCounters& more = other.origins[slot];
        add_each(origin.requests, more.requests);
        origin.answered.add(more.answered);
        origin.waiting.add(more.waiting);
        origin.streams.add(more.streams);
        origin.connections.add(more.connections);
    }
    encrypted.add(other.encrypted);
    chunks_claimed.add(other.chunks_claimed);
    lists_claimed.add(other.lists_claimed);
    urgent_claimed.add(other.urgent_claimed);
    messages_loaded.add(other.messages_loaded);
    leases_lost.add(other.leases_lost);
    add_each(outcomes, other.outcomes);
    outcomes_left.add(other.outcomes_left);
    batches.add(other.batches);
    database_errors.add(other.database_errors);
}

std::size_t OriginSlots::slot_of(const std::string& host) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find(hosts_.begin(), hosts_.end(), host);
    if (found != hosts_.end()) { return static_cast<std::size_t>(found - hosts_.begin()); }
    if (hosts_.size() == other) { return other; }
    hosts_.push_back(host);
    return hosts_.size() - 1;
}

std::vector<std::string> OriginSlots::hosts() const {
    const std::lock_guard lock(mutex_);
    return hosts_;
}

std::string_view request_end_name(std::size_t end) {
    if (end == request_unprocessed) { return "unprocessed"; }
    if (end == request_lost) { return "lost"; }
    return webpush::name(static_cast<webpush::Verdict>(end));
}

// In the order of LogRecord.
std::string_view record_kind_name(std::size_t kind) {
    static constexpr std::array<std::string_view, IngestCounters::kinds> names = {
        "file",  "alive",   "subscribe", "unsubscribe", "profile", "contact",
        "event", "consent", "track",     "visit",       "prompt",  "landing"};
    return names[kind];
}

SendCounters& Counters::add_sender() {
    const std::lock_guard lock(mutex_);
    senders_.push_back(std::make_unique<SendCounters>(origins));
    return *senders_.back();
}

std::unique_ptr<SendCounters> Counters::sent() {
    auto total = std::make_unique<SendCounters>(origins);
    const std::lock_guard lock(mutex_);
    for (const auto& sender : senders_) { total->add(*sender); }
    return total;
}

}  // namespace webpushd
