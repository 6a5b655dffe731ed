// What edge.subscribe_durable is compared with: the module as it is, but for this one file. A
// record is written at once, by itself and in the worker, and answered without any sync.

#include "ngx_http_webpush/group_commit.h"

#include "ngx_http_webpush/answer.h"

namespace ngx_webpush {

GroupCommit::GroupCommit(Log& log, ngx_thread_pool_t* pool, std::size_t max_waiting,
                         SyncCounters& counters, Counter& queue, ngx_log_t* errors)
    : log_(log),
      pool_(pool),
      max_waiting_(max_waiting),
      counters_(counters),
      queue_(queue),
      errors_(errors) {}

GroupCommit::~GroupCommit() = default;

ngx_int_t GroupCommit::submit(ngx_http_request_t* r, std::string_view line, Answer answer) {
    if (log_.append(line)) { return answer(r); }
    return send_problem(r, {webpush::Problem::log_unavailable, {}, {}});
}

void GroupCommit::append(std::string_view line) { log_.append(line); }

}  // namespace ngx_webpush
