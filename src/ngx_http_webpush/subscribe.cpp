// webpush_subscribe: subscribe (after consent) and refresh (at every visit).

#include "answer.h"
#include "clock.h"
#include "consent_event.h"
#include "contact.h"
#include "cookie.h"
#include "endpoints.h"
#include "geo.h"
#include "limits.h"
#include "request.h"
#include "request_context.h"
#include "str.h"
#include "visitor.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

webpush::Platform platform_of(ngx_http_request_t* r) {
    if (r->headers_in.user_agent == nullptr) { return webpush::Platform::unknown; }
    return webpush::platform_from_user_agent(to_view(r->headers_in.user_agent->value));
}

// The edge may simply not have been reloaded since the site got a new key, so it is taken.
void note_unknown_vapid_key(ngx_http_request_t* r, const Site& site, const std::string& id) {
    if (id.empty() || site.has_vapid_key(id)) { return; }
    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "webpush: subscription to site \"%s\" was made with a VAPID key not loaded here",
                  site.name.c_str());
}

ngx_int_t answer_refreshed(ngx_http_request_t* r) {
    const webpush::SubscriptionId& id = request_context(r, true)->subscription;
    set_visitor_cookie(r, *loc_conf(r).site, id);
    return send_id(r, NGX_HTTP_OK, id);
}

ngx_int_t answer_subscribed(ngx_http_request_t* r) {
    record_consent_event(r, webpush::ConsentChange::subscribed);
    return answer_refreshed(r);
}

ngx_int_t subscribe(ngx_http_request_t* r, std::string_view body) {
    Worker* worker = main_conf(r).worker;
    if (worker == nullptr) { return send_problem(r, {webpush::Problem::log_unavailable, {}, {}}); }

    const LocConf& conf = loc_conf(r);
    auto request =
        webpush::parse_subscribe(worker->json(), worker->curve(), body, *conf.endpoint_policy);
    if (!request) { return send_problem(r, request.error()); }
    note_unknown_vapid_key(r, *conf.site, request->vapid);

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: %s, VAPID key %s, its visitor cookie %s",
                   name(kind_of(request->kind)).data(),
                   request->vapid.empty()                     ? "not told"
                   : conf.site->has_vapid_key(request->vapid) ? "loaded"
                                                              : "not loaded",
                   visitor_of(r) == request->id ? "is there" : "is not there");
    bool is_refresh = request->kind == webpush::ConsentKind::refresh;
    note_kind(r, kind_of(request->kind));
    note_subscription(r, request->id);
    std::string_view contact = contact_of_server(r);
    if (auto refusal = limit_subscription(r, request->id, contact)) {
        return send_problem(r, *refusal);
    }
    webpush::SubscribeRecord record{
        now_ms(),   conf.site->name, platform_of(r), std::move(*request), std::string(contact),
        place_of(r)};
    std::string line;
    webpush::append_line(line, record);
    return worker->subscriptions().submit(r, line,
                                          is_refresh ? answer_refreshed : answer_subscribed);
}

}  // namespace

ngx_int_t subscribe_handler(ngx_http_request_t* r) noexcept { return accept_post<subscribe>(r); }

}  // namespace ngx_webpush
