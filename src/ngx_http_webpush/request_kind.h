// What a request in one of our locations is about: as $webpush_event says it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ngx.h"
#include "webpush/event_request.h"
#include "webpush/log_kinds.h"

namespace ngx_webpush {

enum class RequestKind : std::uint8_t {
    unknown,  // zero, as requests begin
    subscribe,
    refresh,
    unsubscribe,
    event,  // something for webpush_event, not known what
    batch,  // several events in one request
    shown,
    closed,
    prompt,
    track,
    profile,
    identify,
    forget,
    click,
};

inline constexpr std::size_t request_kind_count = static_cast<std::size_t>(RequestKind::click) + 1;

// Whether it is one event of webpush_event, be it known which or not.
constexpr bool is_event(RequestKind kind) {
    return kind == RequestKind::event || (kind >= RequestKind::shown && kind <= RequestKind::forget);
}

// Static text: the names above, "" for unknown.
std::string_view name(RequestKind kind);

RequestKind kind_of(webpush::ConsentKind kind);
RequestKind kind_of(const webpush::EventRequest& request);

// What the request's handler noted; before that, what its location is for. Unknown in a location
// that takes nothing of a site.
RequestKind kind_of(ngx_http_request_t* r);

}  // namespace ngx_webpush
