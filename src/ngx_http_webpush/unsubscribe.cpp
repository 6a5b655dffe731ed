// webpush_unsubscribe: leaving, by whoever holds the endpoint.

#include "answer.h"
#include "clock.h"
#include "consent_event.h"
#include "cookie.h"
#include "endpoints.h"
#include "request.h"
#include "request_context.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

ngx_int_t answer_unsubscribed(ngx_http_request_t* r) {
    record_consent_event(r, webpush::ConsentChange::left);
    clear_visitor_cookie(r);
    const webpush::SubscriptionId& id = request_context(r, true)->subscription;
    return send_id(r, NGX_HTTP_OK, id);
}

ngx_int_t unsubscribe(ngx_http_request_t* r, std::string_view body) {
    Worker* worker = main_conf(r).worker;
    if (worker == nullptr) { return send_problem(r, {webpush::Problem::log_unavailable, {}, {}}); }

    auto request = webpush::parse_unsubscribe(worker->json(), body);
    if (!request) { return send_problem(r, request.error()); }

    note_subscription(r, request->id);
    std::string line;
    webpush::append_line(line,
                         webpush::UnsubscribeRecord{now_ms(), loc_conf(r).site->name, *request});
    return worker->subscriptions().submit(r, line, answer_unsubscribed);
}

}  // namespace

ngx_int_t unsubscribe_handler(ngx_http_request_t* r) noexcept {
    return accept_post<unsubscribe>(r);
}

}  // namespace ngx_webpush
