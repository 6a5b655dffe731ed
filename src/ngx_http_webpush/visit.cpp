#include "visit.h"

#include <array>
#include <optional>

#include "answer_log.h"
#include "clock.h"
#include "conf.h"
#include "cookie.h"
#include "counters.h"
#include "guard.h"
#include "headers_in.h"
#include "recent_visits.h"
#include "token_log.h"
#include "webpush/token.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

constexpr std::array<std::string_view, visit_result_count> names{
    "accepted", "throttled", "visitor_unknown", "log_unavailable"};
constexpr std::size_t max_cookie = 128;  // more than any of ours has, so that hashing is bounded

// A page was asked for and delivered, or is still the one that the browser has.
bool is_page(ngx_http_request_t* r) {
    ngx_uint_t status = status_of(r);
    return r->method == NGX_HTTP_GET &&
           (status_class(status) == 2 || status == NGX_HTTP_NOT_MODIFIED);
}

// How shops answer an order: after a form was posted, and often with a redirect to the thanks.
bool may_be_order(ngx_http_request_t* r, const VisitRule& rule) {
    ngx_uint_t status = status_of(r);
    return rule.amount != nullptr && (r->method & (NGX_HTTP_GET | NGX_HTTP_POST)) &&
           (status_class(status) == 2 || status == NGX_HTTP_MOVED_TEMPORARILY ||
            status == NGX_HTTP_SEE_OTHER);
}

// Somebody looks at it. Not a picture that the browser loads to show a notification, nor anything
// else that a service worker loads while nobody is there: the cookie comes with them, too. Browsers
// that do not say what they load it for have no push.
bool is_document(ngx_http_request_t* r) {
    std::string_view destination = header_in(r, "sec-fetch-dest");
    return destination.empty() || destination == "document";
}

bool write(Worker& worker, const Site& site, const webpush::SubscriptionId& subscription,
           const VisitValues& values) {
    webpush::VisitRecord record;
    record.time = now_ms();
    record.site = site.name;
    record.subscription = subscription;
    record.section = values.section;
    record.product = values.product;
    record.amount = values.amount;
    std::string line;
    webpush::append_line(line, record);
    return worker.events().append(line);
}

// What costs least is asked first, and everything before the cookie's signature. nullopt: no visit of
// anybody whom we might know.
std::optional<VisitResult> record_visit(ngx_http_request_t* r, const LocConf& conf,
                                        Worker& worker) {
    if (!is_page(r) && !may_be_order(r, *conf.visit)) { return std::nullopt; }
    std::string_view cookie = visitor_cookie(r);
    if (cookie.empty() || cookie.size() > max_cookie) { return std::nullopt; }
    VisitValues values = evaluate(r, *conf.visit);
    bool is_order = !values.amount.empty();
    if (!is_order && !is_page(r)) { return std::nullopt; }

    RecentVisits& recent = worker.visits();
    std::uint64_t key = recent.key_of(cookie, values);
    if (recent.contains(key)) { return VisitResult::throttled; }
    if (!is_order && (!is_document(r) || is_prefetch(r))) { return std::nullopt; }
    auto visitor = webpush::verify_visitor(cookie, conf.site->name, conf.site->link_keys);
    log_token(r, "visitor cookie", cookie, visitor.has_value());
    if (!visitor) { return VisitResult::unverified; }
    if (!write(worker, *conf.site, visitor->subscription, values)) {
        return VisitResult::unwritten;
    }
    recent.note(key, conf.visit_interval);
    return VisitResult::accepted;
}

void record_and_count(ngx_http_request_t* r, const LocConf& conf, Worker& worker) {
    auto result = record_visit(r, conf, worker);
    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0, "webpush: visit of site \"%s\": %s",
                   conf.site->name.c_str(), result ? name(*result).data() : "nobody's");
    if (result) { conf.site->counters->visits[static_cast<std::size_t>(*result)].add(1); }
}

}  // namespace

std::string_view name(VisitResult result) { return names[static_cast<std::size_t>(result)]; }

ngx_int_t log_visit(ngx_http_request_t* r) noexcept {
    const LocConf& conf = loc_conf(r);
    bool is_candidate = r == r->main && conf.visit != nullptr && conf.handler == nullptr;
    Worker* worker = is_candidate ? main_conf(r).worker : nullptr;
    if (worker != nullptr) {
        guarded(r->connection->log, "visit", [&] { record_and_count(r, conf, *worker); });
    }
    return NGX_OK;
}

}  // namespace ngx_webpush
