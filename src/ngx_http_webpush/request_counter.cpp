#include "request_counter.h"

#include "conf.h"
#include "counters.h"
#include "request_context.h"

namespace ngx_webpush {

namespace {

void add_one(OutcomesByKind& counters, RequestKind kind, Outcome outcome) {
    counters[static_cast<std::size_t>(kind)][static_cast<std::size_t>(outcome)].add(1);
}

// What was good in a batch became what the request did.
void count_batch(SiteCounters& counters, const RequestContext& context, Outcome of_request) {
    for (std::size_t i = 0; i < context.batch_size; ++i) {
        const EventResult& event = context.batch[i];
        bool is_good = event.outcome == Outcome::accepted;
        add_one(counters.events, event.kind, is_good ? of_request : event.outcome);
    }
}

}  // namespace

ngx_int_t count_request(ngx_http_request_t* r) noexcept {
    RequestKind kind = kind_of(r);
    if (kind == RequestKind::unknown || r != r->main) { return NGX_OK; }
    Outcome outcome = outcome_of(r);
    if (outcome == Outcome::undecided) { return NGX_OK; }

    SiteCounters& counters = *loc_conf(r).site->counters;
    add_one(counters.requests, kind, outcome);
    bool is_preflight = outcome == Outcome::uncounted;
    if (is_event(kind) && !is_preflight) { add_one(counters.events, kind, outcome); }
    if (kind == RequestKind::batch) { count_batch(counters, *request_context(r, false), outcome); }
    return NGX_OK;
}

}  // namespace ngx_webpush
