// What a browser sends to the edge about its subscription, checked: subscribe and refresh,
// unsubscribe. The rest is in event_request.h.
//
//   subscribe   {"kind":"subscribe"|"refresh","subscription":<PushSubscription.toJSON()>,
//                "n":<counter>,"consent":"<text version>","vapid":"<key id>","lang":"de-DE",
//                "tz":"Europe/Berlin","page":"/path","replaces":"<old endpoint>"}
//   unsubscribe {"endpoint":"https://...","n":<counter>}
//
// "n" is the browser's own counter of consent decisions, 1 .. 2^53-1, growing with each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "endpoint.h"
#include "json_in.h"
#include "log_kinds.h"
#include "octets.h"
#include "p256.h"
#include "p256_curve.h"
#include "result.h"

namespace webpush {

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

// The reader and the curve are the caller's to use again: making them anew would take longer than all
// the rest.
Result<SubscribeRequest> parse_subscribe(JsonReader& reader, P256Curve& curve,
                                         std::string_view body, const EndpointPolicy& policy);
// The endpoint only has to be one that parse_endpoint() takes: whoever holds it may leave.
Result<UnsubscribeRequest> parse_unsubscribe(JsonReader& reader, std::string_view body);

}  // namespace webpush
