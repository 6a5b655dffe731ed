// One write(2) for the events of all requests that are ready in the same round of nginx's event loop:
// under load dozens, and the write is what an event costs most. They are answered when it is done, at
// the end of the round, so that what is answered survives the worker as it would otherwise. Where the disk
// takes only the first of them, these are answered as written, for an event that is sent again counts twice.
#pragma once

#include <string>
#include <string_view>

#include "log.h"
#include "ngx.h"
#include "waiting_requests.h"

namespace ngx_webpush {

class EventRound {
public:
    // `log` and `errors` must outlive this.
    EventRound(Log& log, ngx_log_t* errors);
    ~EventRound();
    EventRound(const EventRound&) = delete;
    EventRound& operator=(const EventRound&) = delete;

    // Has the lines written and the request answered in the one way or the other, for which it must keep
    // a reference. False when there is no room on the disk: the caller answers.
    bool submit(ngx_http_request_t* r, std::string_view lines, Answer when_written,
                Answer otherwise);

    // Writes and answers now.
    void flush();

private:
    Log& log_;
    ngx_log_t* errors_;
    ngx_event_t end_{};
    std::string lines_;
    WaitingRequests waiting_;
    WaitingRequests answering_;
};

}  // namespace ngx_webpush
