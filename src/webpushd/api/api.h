// The API as a function from request to response: routing, checks that all calls share, and the
// last word on failures. Knows no transport, so that every socket serves the same calls.
#pragma once

#include <atomic>

#include "db_pool.h"
#include "http.h"
#include "role.h"

namespace webpushd {

class Api {
public:
    // `context` must outlive it.
    explicit Api(const Context& context);

    // Thread-safe. Every failure becomes a problem: the database's is `unavailable`, anything
    // unforeseen `internal`.
    Response answer(const Request& request);

private:
    Response route(const Request& request);
    Response answer_to(const Request& request, const DbError& error);

    const Context& context_;
    DbPool pool_;
    std::atomic<bool> database_away_ = false;  // said once, not at every call
};

}  // namespace webpushd
