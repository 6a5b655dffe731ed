// Requests that are answered only when their records have been written.
//
// Owners: whoever adds a request leaves a reference to it (r->main->count), and it is finalized
// exactly once, in here. A Waiter never lives in the request's pool: a request that nginx ends
// meanwhile (client gone, shutdown timeout) only empties it, by its cleanup handler.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "ngx.h"

namespace ngx_webpush {

// Answers a request and returns what to finalize it with.
using Answer = ngx_int_t (*)(ngx_http_request_t* r);

// 503, log_unavailable.
ngx_int_t answer_unavailable(ngx_http_request_t* r);

class WaitingRequests {
public:
    // `end`: how many octets of what is written together must be there for it, more than 0. Throws
    // std::bad_alloc; then the caller still has its request.
    void add(ngx_http_request_t* r, std::size_t end, Answer when_written, Answer otherwise);

    // So many octets have been written: answers all and forgets them. What comes in meanwhile must be
    // added to another list.
    void answer_all(std::size_t written);

    bool empty() const { return waiters_.empty(); }
    std::size_t size() const { return waiters_.size(); }
    void swap(WaitingRequests& other) noexcept { waiters_.swap(other.waiters_); }

private:
    struct Waiter {
        ngx_http_request_t* r;  // nullptr when nginx has ended it
        ngx_http_cleanup_t* cleanup;
        std::size_t end;
        Answer when_written;
        Answer otherwise;
    };

    static void answer_one(const Waiter& waiter, bool written);

    std::deque<Waiter> waiters_;  // whose elements stay where they are
};

}  // namespace ngx_webpush
