#include "send/outcome_batch.h"

#include <utility>

#include "log.h"

namespace webpushd {

namespace {

constexpr std::size_t batch_rows = 256;
constexpr std::uint64_t batch_ms = 100;  // looked at every 100 ms, so nobody waits longer than 200
constexpr std::size_t full_rows = 2 * batch_rows;

}  // namespace

OutcomeBatch::OutcomeBatch(uv_loop_t* loop, OutcomeStore& store, SendCounters& counters,
                           std::function<void()> committed)
    : loop_(loop), store_(store), counters_(counters), committed_(std::move(committed)) {}

void OutcomeBatch::add(OutcomeRow row) {
    if (rows_.empty() && finished_.empty()) { oldest_ = uv_now(loop_); }
    rows_.push_back(std::move(row));
    ++added_;
    if (rows_.size() >= batch_rows) { flush(); }
}

void OutcomeBatch::finish(const ChunkLease& chunk) {
    if (rows_.empty() && finished_.empty()) { oldest_ = uv_now(loop_); }
    finished_.push_back(chunk);
}

bool OutcomeBatch::full() const { return rows_.size() + committing_rows_.size() >= full_rows; }

void OutcomeBatch::tick() {
    if (failing_ || uv_now(loop_) >= oldest_ + batch_ms) { flush(); }
}

void OutcomeBatch::flush() {
    if (committing_ || (!failing_ && rows_.empty() && finished_.empty())) { return; }
    if (!failing_) {  // otherwise what failed goes first, once more
        committing_rows_.swap(rows_);
        committing_finished_.swap(finished_);
    }
    commit();
}

void OutcomeBatch::commit() {
    committing_ = true;
    begun_ = uv_now(loop_);
    store_.record(
        committing_rows_, committing_finished_,
        [this](const webpush::Result<std::int64_t, DbError>& held) { on_recorded(held); });
}

void OutcomeBatch::count(std::uint64_t left) {
    for (const OutcomeRow& row : committing_rows_) {
        counters_.outcomes[static_cast<std::size_t>(row.outcome.kind)].add();
    }
    counters_.outcomes_left.add(left);
    counters_.batches.add(uv_now(loop_) - begun_);
}

// Recording the same rows again is harmless, so every failure, a deadlock or a lost connection, is
// met by doing so at the next tick().
void OutcomeBatch::on_recorded(const webpush::Result<std::int64_t, DbError>& held) {
    committing_ = false;
    if (!held) {
        if (!failing_) { log_error("send: outcomes not recorded yet: {}", held.error().what()); }
        failing_ = true;
        return;
    }
    failing_ = false;
    const auto given = static_cast<std::int64_t>(committing_rows_.size());
    if (*held < given) {
        log_warn("send: {} outcomes left to the sender that has taken over", given - *held);
    }
    count(static_cast<std::uint64_t>(given - *held));
    recorded_ += committing_rows_.size();
    committing_rows_.clear();
    committing_finished_.clear();
    if (rows_.size() >= batch_rows) { flush(); }
    committed_();
}

}  // namespace webpushd
