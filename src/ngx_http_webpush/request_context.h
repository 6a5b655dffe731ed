// What our handlers learn about a request and others ask for later: the answer that waits for the
// disk, the error filter, the variables of the access log. Noting costs next to nothing; whoever
// asks computes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ngx.h"
#include "outcome.h"
#include "request_kind.h"
#include "webpush/octets.h"
#include "webpush/token.h"

namespace ngx_webpush {

// One of a batch.
struct EventResult {
    RequestKind kind;
    Outcome outcome;
};

// Lives in the request's pool, zeroed, and is never destroyed. An internal redirect (error_page
// with a URI) loses it: the request is another location's then.
struct RequestContext {
    RequestKind kind;
    Outcome outcome;
    bool has_subscription;
    bool has_run;
    bool replace_body;  // error_filter.cpp: the body to come is nginx's own error page
    webpush::SubscriptionId subscription;
    std::int64_t run;
    EventResult* batch;     // event.cpp: what was found of each, accepted if nothing was wrong
    std::size_t batch_size;
    ngx_str_t event_lines;  // event.cpp: to be appended when the request's other records are durable
    ngx_str_t answer;       // event.cpp, click.cpp: and what to answer then, or where to lead
};

// Made when first asked for; nullptr when `make` is false and there is none. Throws std::bad_alloc,
// as the following do.
RequestContext* request_context(ngx_http_request_t* r, bool make);

void note_kind(ngx_http_request_t* r, RequestKind kind);
void note_subscription(ngx_http_request_t* r, const webpush::SubscriptionId& id);

// Of a token that has been verified.
void note_delivery(ngx_http_request_t* r, const webpush::DeliveryToken& token);

// Room for the results of so many events of a batch, to be filled in. Only once in a request.
EventResult* note_batch(ngx_http_request_t* r, std::size_t size);

// Before the header is sent: "add_header" may ask for it.
void note_outcome(ngx_http_request_t* r, Outcome outcome);

}  // namespace ngx_webpush
