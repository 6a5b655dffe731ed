// What a browser sends to the edge, checked: subscribe and refresh, unsubscribe, event.
//
//   subscribe   {"kind":"subscribe"|"refresh","subscription":<PushSubscription.toJSON()>,
//                "n":<counter>,"consent":"<text version>","vapid":"<key id>","lang":"de-DE",
//                "tz":"Europe/Berlin","page":"/path","replaces":"<old endpoint>"}
//   unsubscribe {"endpoint":"https://...","n":<counter>}
//   event       {"event":"shown"|"closed","token":"<delivery token>"}
//
// "n" is the browser's own counter of consent decisions, 1 .. 2^53-1, growing with each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "endpoint.h"
#include "json_in.h"
#include "octets.h"
#include "p256.h"
#include "result.h"

namespace webpush {

enum class ConsentKind { subscribe, refresh, unsubscribe };
std::string_view name(ConsentKind kind);

struct SubscribeRequest {
    ConsentKind kind = ConsentKind::subscribe;  // subscribe or refresh
    SubscriptionId id{};
    std::string endpoint;  // byte-exact
    PublicKey p256dh{};
    Octets<16> auth{};
    std::int64_t counter = 0;
    std::string consent;    // version of the consent text; required for subscribe
    std::string vapid;      // key id that the subscription was made with; may be empty
    std::string language;   // BCP 47, may be empty
    std::string time_zone;  // IANA name, may be empty
    std::string page;       // path of the page, may be empty
    bool has_replaces = false;
    SubscriptionId replaces{};  // the endpoint that this one follows (pushsubscriptionchange)
};

struct UnsubscribeRequest {
    SubscriptionId id{};
    std::int64_t counter = 0;
};

enum class EventKind { shown, closed, click };
std::string_view name(EventKind kind);

struct EventRequest {
    EventKind kind = EventKind::shown;  // shown or closed
    std::string token;                  // not yet verified
};

Result<SubscribeRequest> parse_subscribe(JsonReader& reader, std::string_view body,
                                         const EndpointPolicy& policy);
// The endpoint only has to be one that parse_endpoint() takes: whoever holds it may leave.
Result<UnsubscribeRequest> parse_unsubscribe(JsonReader& reader, std::string_view body);
Result<EventRequest> parse_event(JsonReader& reader, std::string_view body);

}  // namespace webpush
