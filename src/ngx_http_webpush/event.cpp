// webpush_event: what became of a notification in the browser, vouched for by its delivery token.

#include "answer.h"
#include "clock.h"
#include "endpoints.h"
#include "request.h"
#include "request_context.h"
#include "webpush/token.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

ngx_int_t record_event(ngx_http_request_t* r, std::string_view body) {
    Worker* worker = main_conf(r).worker;
    if (worker == nullptr) { return send_problem(r, {webpush::Problem::log_unavailable, {}, {}}); }

    auto requests = webpush::parse_events(worker->json(), body);
    if (!requests) { return send_problem(r, requests.error()); }
    const auto& request = requests->events.front();
    if (!request) { return send_problem(r, request.error()); }
    note_kind(r, kind_of(*request));
    const auto* receipt = std::get_if<webpush::Receipt>(&request->what);
    if (requests->batch || receipt == nullptr) {
        return send_problem(r, {webpush::Problem::field_invalid, "event", "shown or closed"});
    }

    const Site& site = *loc_conf(r).site;
    auto token = webpush::verify_delivery(receipt->token, site.name, site.link_keys);
    if (!token) { return send_problem(r, {webpush::Problem::token_invalid, "token", {}}); }
    note_delivery(r, *token);

    webpush::EventRecord record;
    record.time = now_ms() - request->age;
    record.site = site.name;
    record.kind = receipt->kind;
    record.run = token->run;
    record.subscription = token->subscription;
    std::string line;
    webpush::append_line(line, record);
    if (!worker->events().append(line)) {
        return send_problem(r, {webpush::Problem::log_unavailable, {}, {}});
    }
    return send_id(r, NGX_HTTP_ACCEPTED, token->subscription);
}

}  // namespace

ngx_int_t event_handler(ngx_http_request_t* r) noexcept { return accept_post<record_event>(r); }

}  // namespace ngx_webpush
