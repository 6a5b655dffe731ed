// What edge.subscribe_durable is compared with: the module as it is, but for this one file. Records
// of one round of the event loop share a write as clicks do (event_round.h), made in the worker and
// answered without any sync.

#include "ngx_http_webpush/group_commit.h"

#include <optional>

#include "ngx_http_webpush/event_round.h"
#include "ngx_http_webpush/request.h"

namespace ngx_webpush {
namespace {

// A process has one worker, and that one group commit.
std::optional<EventRound> round_of_worker;

}  // namespace

GroupCommit::GroupCommit(Log& log, ngx_thread_pool_t* pool, std::size_t max_waiting,
                         SyncCounters& counters, Counter& queue, ngx_log_t* errors)
    : log_(log),
      pool_(pool),
      max_waiting_(max_waiting),
      counters_(counters),
      queue_(queue),
      errors_(errors) {
    round_of_worker.emplace(log, errors);
}

GroupCommit::~GroupCommit() { round_of_worker.reset(); }

ngx_int_t GroupCommit::submit(ngx_http_request_t* r, std::string_view line, Answer answer) {
    bool waits = round_of_worker->submit(r, line, answer, answer_unavailable);
    return waits ? parked : answer_unavailable(r);
}

void GroupCommit::append(std::string_view line) { log_.append(line); }

}  // namespace ngx_webpush
