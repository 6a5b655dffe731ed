#include "waiting_requests.h"

#include <new>

#include "answer.h"
#include "guard.h"

namespace ngx_webpush {

ngx_int_t answer_unavailable(ngx_http_request_t* r) {
    return send_problem(r, {webpush::Problem::log_unavailable, {}, {}});
}

void WaitingRequests::add(ngx_http_request_t* r, std::size_t end, Answer when_written,
                          Answer otherwise) {
    ngx_http_cleanup_t* cleanup = ngx_http_cleanup_add(r, 0);
    if (cleanup == nullptr) { throw std::bad_alloc(); }
    waiters_.push_back({r, cleanup, end, when_written, otherwise});
    cleanup->data = &waiters_.back();
    cleanup->handler = [](void* data) { static_cast<Waiter*>(data)->r = nullptr; };
}

void WaitingRequests::answer_all(std::size_t written) {
    for (const Waiter& waiter : waiters_) {
        if (waiter.r != nullptr) { answer_one(waiter, waiter.end <= written); }
    }
    waiters_.clear();
}

void WaitingRequests::answer_one(const Waiter& waiter, bool written) {
    ngx_http_request_t* r = waiter.r;
    ngx_connection_t* connection = r->connection;  // outlives the request
    waiter.cleanup->handler = nullptr;
    ngx_http_set_log_request(connection->log, r);

    constexpr ngx_int_t failed = NGX_HTTP_INTERNAL_SERVER_ERROR;
    ngx_int_t rc = guarded(connection->log, "answer", failed,
                           [&] { return written ? waiter.when_written(r) : waiter.otherwise(r); });
    ngx_http_finalize_request(r, rc);
    // Outside the connection's own events nobody else does.
    ngx_http_run_posted_requests(connection);
}

}  // namespace ngx_webpush
