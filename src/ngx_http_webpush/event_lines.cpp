#include "event_lines.h"

#include <utility>

#include "clock.h"
#include "conf.h"
#include "contact.h"
#include "limits.h"
#include "request_context.h"
#include "request_kind.h"
#include "token_log.h"
#include "visitor.h"
#include "webpush/log_record.h"
#include "webpush/token.h"

namespace ngx_webpush {

using webpush::Error;
using webpush::Problem;

EventLines::EventLines(ngx_http_request_t* r) : r_(r) {}

std::optional<Error> EventLines::add(const webpush::EventRequest& request) {
    std::int64_t time = now_ms() - request.age;
    auto refusal = std::visit([&](const auto& what) { return write(time, what); }, request.what);
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, r_->connection->log, 0,
                   "webpush: event \"%s\" of %L ms ago: %s", name(kind_of(request)).data(),
                   request.age, refusal ? webpush::info(refusal->problem).code.data() : "good");
    return refusal;
}

EventLines::Refusal EventLines::write(std::int64_t time, const webpush::Receipt& receipt) {
    const Site& site = *loc_conf(r_).site;
    auto token = webpush::verify_delivery(receipt.token, site.name, site.link_keys);
    log_token(r_, "delivery token", receipt.token, token.has_value());
    if (!token) { return Error{Problem::token_invalid, "token", {}}; }
    note_delivery(r_, *token);
    if (auto refusal = limit_event(r_, *token)) { return refusal; }

    webpush::EventRecord record;
    record.time = time;
    record.site = site.name;
    record.kind = receipt.kind;
    record.run = token->run;
    record.subscription = token->subscription;
    webpush::append_line(events_, record);
    return std::nullopt;
}

EventLines::Refusal EventLines::write(std::int64_t time, const webpush::PromptEvent& prompt) {
    if (auto refusal = visitor() ? limit_event(r_, *visitor()) : limit_prompt(r_)) {
        return refusal;
    }
    webpush::PromptRecord record{time, loc_conf(r_).site->name, prompt.step, visitor()};
    webpush::append_line(events_, record);
    return std::nullopt;
}

EventLines::Refusal EventLines::write(std::int64_t time, const webpush::TrackEvent& track) {
    return write_for_visitor(events_, webpush::TrackRecord{time, {}, {}, track});
}

EventLines::Refusal EventLines::write(std::int64_t time, const webpush::ProfileChange& change) {
    return write_for_visitor(subscriptions_, webpush::ProfileRecord{time, {}, {}, change});
}

EventLines::Refusal EventLines::write(std::int64_t time, const webpush::Identification& claim) {
    if (visitor() && !is_believed(r_, claim)) {
        return Error{Problem::contact_unproven, "proof", {}};
    }
    if (visitor()) {
        if (auto refusal = limit_contact(r_, *visitor(), claim.contact)) { return refusal; }
    }
    return write_for_visitor(subscriptions_, webpush::ContactRecord{time, {}, {}, claim.contact});
}

EventLines::Refusal EventLines::write(std::int64_t time, const webpush::Forgetting&) {
    return write_for_visitor(subscriptions_, webpush::ContactRecord{time, {}, {}, {}});
}

template <typename Record>
EventLines::Refusal EventLines::write_for_visitor(std::string& log, Record record) {
    if (!visitor()) { return Error{Problem::visitor_unknown, {}, {}}; }
    if (auto refusal = limit_event(r_, *visitor())) { return refusal; }
    record.site = loc_conf(r_).site->name;
    record.subscription = *visitor();
    webpush::append_line(log, record);
    return std::nullopt;
}

// Asked for when first needed: receipts, which are most of what comes, need no cookie.
const std::optional<webpush::SubscriptionId>& EventLines::visitor() {
    if (!std::exchange(asked_for_visitor_, true)) {
        visitor_ = visitor_of(r_);
        if (visitor_) { note_subscription(r_, *visitor_); }
    }
    return visitor_;
}

}  // namespace ngx_webpush
