// Group commit: requests that must not be answered before their record is on the disk share one
// write and one fdatasync, made by a thread of nginx's pool.
//
// Owners: a waiting request keeps the reference that reading its body took (waiting_requests.h). The
// line to write is copied out of the request at once, so that one which nginx ends (client gone,
// shutdown timeout) takes nothing away from under the thread.
//
// Threads: while `busy_`, the commit thread owns file_, batch_, error_ and time_, and in_flight_ keeps its
// size; the main thread owns all else. Nothing of nginx is called in the thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "counters.h"
#include "log.h"
#include "ngx.h"
#include "throttle.h"
#include "waiting_requests.h"

namespace ngx_webpush {

class GroupCommit {
public:
    // At most `max_waiting` requests wait for the next batch; `queue` tells how many do. `pool` must
    // be of this cycle, all references and `errors` must outlive this. Throws std::bad_alloc.
    GroupCommit(Log& log, ngx_thread_pool_t* pool, std::size_t max_waiting, SyncCounters& counters,
                Counter& queue, ngx_log_t* errors);
    ~GroupCommit();
    GroupCommit(const GroupCommit&) = delete;
    GroupCommit& operator=(const GroupCommit&) = delete;

    // Appends the line and has the request answered when it is durable, or with log_unavailable
    // when it cannot be made so. Returns `parked`, or the refusal's result when the queue or the disk is full.
    ngx_int_t submit(ngx_http_request_t* r, std::string_view line, Answer answer);

    // Appends a line that nobody waits for; not synced on its own account.
    void append(std::string_view line);

private:
    ngx_int_t refuse_full(ngx_http_request_t* r);
    void schedule();
    void begin_batch();
    void write_batch() noexcept;
    void finish_batch();

    static void on_round_end(ngx_event_t* event) noexcept;
    static void on_thread(void* data, ngx_log_t* log) noexcept;
    static void on_task(ngx_event_t* event) noexcept;

    Log& log_;
    ngx_thread_pool_t* pool_;
    std::size_t max_waiting_;
    SyncCounters& counters_;
    Counter& queue_;
    ngx_log_t* errors_;
    Throttle throttle_;
    ngx_event_t round_end_{};
    ngx_thread_task_t task_{};

    std::string pending_;        // lines of the next batch
    WaitingRequests waiting_;    // requests of the next batch
    WaitingRequests in_flight_;  // requests of the batch that is being written

    bool busy_ = false;
    LogFile* file_ = nullptr;
    std::string batch_;
    SystemError error_;
    std::chrono::nanoseconds time_{};  // that the batch took
};

}  // namespace ngx_webpush
