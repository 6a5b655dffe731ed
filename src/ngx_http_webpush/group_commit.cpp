#include "group_commit.h"

#include <utility>

#include "guard.h"
#include "request.h"

namespace ngx_webpush {
namespace {

// How long a write and a sync may take before it is worth a line in the error log.
constexpr ngx_msec_t slow_commit = 60'000;

}  // namespace

GroupCommit::GroupCommit(Log& log, ngx_thread_pool_t* pool, std::size_t max_waiting,
                         SyncCounters& counters, Counter& queue, ngx_log_t* errors)
    : log_(log),
      pool_(pool),
      max_waiting_(max_waiting),
      counters_(counters),
      queue_(queue),
      errors_(errors) {
    round_end_.data = this;
    round_end_.handler = on_round_end;
    round_end_.log = errors;
    task_.ctx = this;
    task_.handler = on_thread;
    task_.event.data = this;
    task_.event.handler = on_task;
    task_.event.log = errors;
}

GroupCommit::~GroupCommit() {
    if (round_end_.posted) { ngx_delete_posted_event(&round_end_); }
    if (task_.event.timer_set) { ngx_del_timer(&task_.event); }
}

ngx_int_t GroupCommit::submit(ngx_http_request_t* r, std::string_view line, Answer answer) {
    if (waiting_.size() >= max_waiting_) { return refuse_full(r); }
    if (!log_.has_room()) { return answer_unavailable(r); }
    append(line);
    waiting_.add(r, pending_.size(), answer, answer_unavailable);
    queue_.set(waiting_.size());
    counters_.longest_queue.raise(waiting_.size());
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: parked for the sync, %uz wait", waiting_.size());
    return parked;
}

ngx_int_t GroupCommit::refuse_full(ngx_http_request_t* r) {
    counters_.refused.add(1);
    if (auto held_back = throttle_.admit()) {
        ngx_log_error(
            NGX_LOG_ERR, errors_, 0,
            "webpush: %uz requests wait for the sync of the subscription log, no more are "
            "taken%s",
            waiting_.size(), suppressed(*held_back).c_str());
    }
    return answer_unavailable(r);
}

void GroupCommit::append(std::string_view line) {
    pending_.append(line);
    schedule();
}

// At the end of the event round, so that all requests that are ready now share the batch.
void GroupCommit::schedule() {
    if (!busy_) { ngx_post_event(&round_end_, &ngx_posted_events); }
}

void GroupCommit::on_round_end(ngx_event_t* event) noexcept {
    auto* self = static_cast<GroupCommit*>(event->data);
    guarded(self->errors_, "group commit", [self] { self->begin_batch(); });
}

void GroupCommit::begin_batch() {
    if (busy_ || pending_.empty()) { return; }
    // What fails here must not part the requests from their lines: they are refused with them.
    file_ = guarded(errors_, "open log", static_cast<LogFile*>(nullptr),
                    [this] { return log_.open(); });
    batch_.clear();
    std::swap(batch_, pending_);
    in_flight_.swap(waiting_);
    queue_.set(0);
    if (file_ == nullptr || ngx_thread_task_post(pool_, &task_) != NGX_OK) {
        in_flight_.answer_all(0);
        return;
    }
    busy_ = true;
    if (!in_flight_.empty()) {  // not of heartbeats
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, errors_, 0, "webpush: batch of %uz requests, %uz bytes",
                       in_flight_.size(), batch_.size());
    }
    // A worker that shuts down leaves when it has no timers, whoever waits: so there is one.
    ngx_add_timer(&task_.event, slow_commit);
}

void GroupCommit::on_thread(void* data, ngx_log_t*) noexcept {
    static_cast<GroupCommit*>(data)->write_batch();
}

void GroupCommit::write_batch() noexcept {
    auto began = std::chrono::steady_clock::now();
    error_ = file_->append(batch_);
    if (!error_ && !in_flight_.empty()) { error_ = file_->sync(); }
    time_ = std::chrono::steady_clock::now() - began;
}

void GroupCommit::on_task(ngx_event_t* event) noexcept {
    auto* self = static_cast<GroupCommit*>(event->data);
    if (!event->complete) {  // the timer: the thread is still at it
        event->timedout = 0;
        ngx_log_error(NGX_LOG_CRIT, self->errors_, 0,
                      "webpush: the subscription log has not been synced for %M ms", slow_commit);
        ngx_add_timer(event, slow_commit);
        return;
    }
    event->complete = 0;
    if (event->timer_set) { ngx_del_timer(event); }
    guarded(self->errors_, "group commit", [self] { self->finish_batch(); });
}

void GroupCommit::finish_batch() {
    busy_ = false;
    if (!in_flight_.empty()) {
        ngx_log_debug3(NGX_LOG_DEBUG_HTTP, errors_, error_.code,
                       "webpush: batch of %uz requests %s in %L us", in_flight_.size(),
                       error_ ? "failed" : "synced",
                       static_cast<std::int64_t>(time_.count() / 1000));
    }
    log_.finished(error_);
    if (!error_ && !in_flight_.empty()) { count_sync(counters_, time_); }
    in_flight_.answer_all(error_ ? 0 : batch_.size());
    if (!pending_.empty()) { schedule(); }
}

}  // namespace ngx_webpush
