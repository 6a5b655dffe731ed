// Gathers outcomes and records them: a commit for each 256 messages or 200 ms, one at a time. What
// a crash leaves in doubt is at most what is in here and what is on the wire.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "counters.h"
#include "store/outcome_store.h"

namespace webpushd {

class OutcomeBatch {
public:
    // `store` and `counters` outlive the batch. `committed` is called after each commit, from the loop.
    OutcomeBatch(uv_loop_t* loop, OutcomeStore& store, SendCounters& counters,
                 std::function<void()> committed);

    void add(OutcomeRow row);
    // Nothing is left to add for this chunk.
    void finish(const ChunkLease& chunk);

    // So much is waiting to be recorded that nothing more should be sent.
    bool full() const;
    // Everything added is recorded.
    bool idle() const { return !committing_ && !failing_ && rows_.empty() && finished_.empty(); }
    // Rows added and rows recorded so far, which is done in the order in which they were added.
    std::uint64_t added() const { return added_; }
    std::uint64_t recorded() const { return recorded_; }

    // Commits what is due: call every 100 ms.
    void tick();
    // Commits what is there without waiting for more.
    void flush();

private:
    void commit();
    void count(std::uint64_t left);
    void on_recorded(const webpush::Result<std::int64_t, DbError>& held);

    uv_loop_t* loop_;
    OutcomeStore& store_;
    SendCounters& counters_;
    std::function<void()> committed_;
    std::vector<OutcomeRow> rows_;
    std::vector<ChunkLease> finished_;
    std::uint64_t added_ = 0;
    std::uint64_t recorded_ = 0;
    std::uint64_t oldest_ = 0;   // when the oldest of these came, on the loop's clock
    // Under way; kept until they are recorded.
    std::vector<OutcomeRow> committing_rows_;
    std::vector<ChunkLease> committing_finished_;
    std::uint64_t begun_ = 0;  // when, on the loop's clock
    bool committing_ = false;
    bool failing_ = false;
};

}  // namespace webpushd
