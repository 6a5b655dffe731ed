#include "request_context.h"

#include <new>
#include <type_traits>

namespace ngx_webpush {

static_assert(std::is_trivially_destructible_v<RequestContext>);

RequestContext* request_context(ngx_http_request_t* r, bool make) {
    auto* context =
        static_cast<RequestContext*>(ngx_http_get_module_ctx(r, ngx_http_webpush_module));
    if (context == nullptr && make) {
        context = static_cast<RequestContext*>(ngx_pcalloc(r->pool, sizeof(RequestContext)));
        if (context == nullptr) { throw std::bad_alloc(); }
        ngx_http_set_ctx(r, context, ngx_http_webpush_module);
    }
    return context;
}

void note_kind(ngx_http_request_t* r, RequestKind kind) { request_context(r, true)->kind = kind; }

void note_subscription(ngx_http_request_t* r, const webpush::SubscriptionId& id) {
    RequestContext& context = *request_context(r, true);
    context.subscription = id;
    context.has_subscription = true;
}

void note_delivery(ngx_http_request_t* r, const webpush::DeliveryToken& token) {
    note_subscription(r, token.subscription);
    RequestContext& context = *request_context(r, true);
    context.run = token.run;
    context.has_run = true;
}

EventResult* note_batch(ngx_http_request_t* r, std::size_t size) {
    RequestContext& context = *request_context(r, true);
    context.batch = static_cast<EventResult*>(ngx_pcalloc(r->pool, size * sizeof(EventResult)));
    if (context.batch == nullptr) { throw std::bad_alloc(); }
    context.batch_size = size;
    return context.batch;
}

void note_outcome(ngx_http_request_t* r, Outcome outcome) {
    request_context(r, true)->outcome = outcome;
}

}  // namespace ngx_webpush
