// webpush_click: the link behind a notification. A person waits for the page, so whatever happens
// to the record, an authentic link leads on.

#include <cstring>

#include "answer.h"
#include "clock.h"
#include "endpoints.h"
#include "guard.h"
#include "headers_in.h"
#include "limits.h"
#include "request.h"
#include "request_context.h"
#include "str.h"
#include "token_log.h"
#include "webpush/token.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

// What stands after the last '/', of which tokens have none, and URIs that "rewrite" has made need not
// have one. By memrchr(), as rfind() takes an octet at a time.
std::string_view token_of(ngx_http_request_t* r) {
    std::string_view uri = to_view(r->uri);
    auto* slash = static_cast<const char*>(::memrchr(uri.data(), '/', uri.size()));
    return slash != nullptr ? std::string_view(slash + 1, uri.end()) : uri;
}

ngx_int_t answer_unknown(ngx_http_request_t* r, const LocConf& conf) {
    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0, "webpush: click link does not verify");
    note_outcome(r, refused(webpush::Problem::link_unknown));
    if (conf.click_fallback.len > 0) { return send_redirect(r, to_view(conf.click_fallback)); }
    return send_problem(r, {webpush::Problem::link_unknown, {}, {}});
}

// Not the target itself, which may tell somebody's secret.
void log_link([[maybe_unused]] ngx_http_request_t* r,
              [[maybe_unused]] const webpush::ClickLink& link) {
    ngx_log_debug4(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: click on %s leads to %s, link is %L s old%s",
                   link.action.empty() ? "the notification" : "a button",
                   link.target.starts_with('/') ? "a path" : "another origin",
                   static_cast<std::int64_t>(ngx_time()) - link.delivery.issued,
                   is_prefetch(r) ? ", prefetched" : "");
}

constexpr Outcome not_recorded = refused(webpush::Problem::log_unavailable);

ngx_int_t lead_on(ngx_http_request_t* r) {
    return send_redirect(r, to_view(request_context(r, true)->answer));
}

// What failed is in the error log.
ngx_int_t lead_on_unrecorded(ngx_http_request_t* r) {
    note_outcome(r, not_recorded);
    return lead_on(r);
}

// True when the request is to wait for its record to be written, otherwise nothing is written.
bool record_click(ngx_http_request_t* r, const LocConf& conf, const webpush::ClickLink& link) {
    Worker* worker = main_conf(r).worker;
    if (worker == nullptr) { return false; }
    if (ClickTargets* targets = worker->click_targets()) {
        targets->note(conf.site->name, link.target);
    }
    if (limit_event(r, link.delivery)) {
        note_outcome(r, refused(webpush::Problem::too_many_requests));
        return false;
    }
    std::int64_t now = now_ms();
    bool late = now / 1000 - link.delivery.issued > conf.click_max_age;
    std::string line;
    webpush::append_line(line, webpush::EventRecord{now, conf.site->name, webpush::EventKind::click,
                                                    link.delivery.run, link.delivery.subscription,
                                                    link.action, late});
    bool waits = worker->event_round().submit(r, line, lead_on, lead_on_unrecorded);
    if (waits) { note_outcome(r, late ? Outcome::late : Outcome::accepted); }
    return waits;
}

ngx_int_t click(ngx_http_request_t* r) {
    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) { return refuse_method(r, "GET, HEAD"); }
    ngx_int_t rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) { return rc; }

    const LocConf& conf = loc_conf(r);
    auto link = webpush::verify_click(token_of(r), conf.site->name, conf.site->link_keys);
    log_token(r, "click link", token_of(r), link.has_value());
    if (!link) { return answer_unknown(r, conf); }
    log_link(r, *link);

    note_delivery(r, link->delivery);
    request_context(r, true)->answer = copy_to_pool(r->pool, link->target);
    if (r->method != NGX_HTTP_GET || is_prefetch(r)) {
        note_outcome(r, Outcome::uncounted);
        return lead_on(r);
    }
    note_outcome(r, not_recorded);
    bool waits = guarded(r->connection->log, "click record", false,
                         [&] { return record_click(r, conf, *link); });
    if (!waits) { return lead_on(r); }
    ++r->main->count;  // for who answers it
    return parked;
}

}  // namespace

ngx_int_t click_handler(ngx_http_request_t* r) noexcept {
    constexpr ngx_int_t failed = NGX_HTTP_INTERNAL_SERVER_ERROR;
    return guarded(r->connection->log, "click", failed, [r] { return click(r); });
}

}  // namespace ngx_webpush
