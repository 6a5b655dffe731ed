// What a sender has claimed and works on: a chunk of a run, or a list of those of a run that
// waited.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "send/lease.h"
#include "send/message.h"
#include "send/sending_sites.h"
#include "store/job_store.h"
#include "webpush/payload.h"

namespace webpushd {

struct Job {
    std::uint64_t number = 0;  // of this thread's jobs
    RunFacts run;
    webpush::Notification notification;
    // The run's collapse key, or "run-<id>": the tag, and what Topic is made of.
    std::string collapse;
    std::shared_ptr<const SendingSite> site;
    ChunkLease chunk;          // id 0: a list, whose messages have leases of their own
    Lease lease;
    bool in_doubt = false;     // of the whole chunk
    Rows rows;                 // what the messages' views point into
    std::vector<Message> messages;

    std::size_t open = 0;      // messages without an outcome
    bool renewing = false;
    bool lost = false;         // the lease is another's: nothing more is begun
    bool halted = false;       // the run was paused or cancelled: the same, and the rest is given back
    std::vector<WaitingLease> unsent;  // given up before they were sent
    std::int64_t wait_seconds = INT64_MAX;  // until those may be claimed again, the shortest

    bool is_chunk() const { return chunk.id != 0; }
    bool may_go_on() const { return !lost && !halted; }
};

}  // namespace webpushd
