#include "request_kind.h"

#include <array>
#include <variant>

#include "conf.h"
#include "endpoints.h"
#include "request_context.h"

namespace ngx_webpush {
namespace {

constexpr std::array<std::string_view, request_kind_count> names{
    "",       "subscribe", "refresh", "unsubscribe", "event",    "batch",  "shown",
    "closed", "prompt",    "track",   "profile",     "identify", "forget", "click"};

struct KindOfEvent {
    RequestKind operator()(const webpush::Receipt& receipt) const {
        bool shown = receipt.kind == webpush::EventKind::shown;
        return shown ? RequestKind::shown : RequestKind::closed;
    }
    RequestKind operator()(const webpush::PromptEvent&) const { return RequestKind::prompt; }
    RequestKind operator()(const webpush::TrackEvent&) const { return RequestKind::track; }
    RequestKind operator()(const webpush::ProfileChange&) const { return RequestKind::profile; }
    RequestKind operator()(const webpush::Identification&) const { return RequestKind::identify; }
    RequestKind operator()(const webpush::Forgetting&) const { return RequestKind::forget; }
};

RequestKind kind_of_location(ngx_http_handler_pt handler) {
    if (handler == subscribe_handler) { return RequestKind::subscribe; }
    if (handler == unsubscribe_handler) { return RequestKind::unsubscribe; }
    if (handler == event_handler) { return RequestKind::event; }
    if (handler == click_handler) { return RequestKind::click; }
    return RequestKind::unknown;
}

}  // namespace

std::string_view name(RequestKind kind) { return names[static_cast<std::size_t>(kind)]; }

RequestKind kind_of(webpush::ConsentKind kind) {
    switch (kind) {
        case webpush::ConsentKind::subscribe: return RequestKind::subscribe;
        case webpush::ConsentKind::refresh: return RequestKind::refresh;
        case webpush::ConsentKind::unsubscribe: return RequestKind::unsubscribe;
    }
    return RequestKind::unknown;
}

RequestKind kind_of(const webpush::EventRequest& request) {
    return std::visit(KindOfEvent{}, request.what);
}

RequestKind kind_of(ngx_http_request_t* r) {
    const RequestContext* context = request_context(r, false);
    bool noted = context != nullptr && context->kind != RequestKind::unknown;
    return noted ? context->kind : kind_of_location(loc_conf(r).handler);
}

}  // namespace ngx_webpush
