// The notification payload: one JSON body for every browser. Safari reads it as declarative web
// push (https://www.w3.org/TR/push-api/#declarative-push-message, "web_push": 8030), every other
// browser hands it to our service worker, which also reads the "webpush" member.
//
//   {"web_push":8030,
//    "notification":{"title":..,"navigate":<click link>,"body":..,"lang":..,"dir":"auto","tag":..,
//       "icon":..,"image":..,"badge":..,"silent":true,"require_interaction":true,
//       "actions":[{"action":..,"title":..,"navigate":<click link>}]},
//    "webpush":{"v":1,"run":<run>,"token":<delivery token>}}
//
// Golden values in t/unit/payload.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "link_keys.h"
#include "octets.h"
#include "platform.h"
#include "result.h"

namespace webpush {

struct Button {
    std::string action;
    std::string title;
    std::string target;
};

// What a marketer composed, for one language. Without `image` it is standard web push (short text
// and icon); with it, rich web push (one large picture).
struct Notification {
    std::string title;  // required, 1..120 octets advised
    std::string body;
    std::string target;  // required: "/path" or "https://..."
    std::string icon;    // "/path" or https URL
    std::string image;
    std::string badge;
    std::string language;
    std::vector<Button> buttons;  // at most 2
    bool silent = false;
    bool require_interaction = false;
};

// Checks what can be known when a message is saved. Error names the field.
Result<Notification> check_notification(Notification notification);

// What makes a payload one recipient's.
struct PayloadContext {
    std::string_view site;       // name, for the MAC
    std::string_view origin;     // "https://shop.example", no trailing slash
    std::string_view push_path;  // "/push/", where the edge's locations are
    std::string_view tag;        // collapse key or "run-<id>"
    std::int64_t run = 0;
    SubscriptionId subscription{};
    std::uint32_t issued = 0;
    Platform platform = Platform::unknown;
};

struct Payload {
    std::string json;
    std::string_view reduced;  // "" or why something was left out: "buttons", "image"
};

// Too big for the platform: loses buttons, then image; when even that does not fit, Error
// body_too_large.
Result<Payload> render_payload(const Notification& notification, const PayloadContext& context,
                               const LinkKeys& keys);

// Topic header (RFC 8030 section 5.4): base64url of the first 24 octets of HMAC(site secret,
// collapse key || 0 || subscription id): 32 characters, which is what Apple takes, and not linkable
// across people.
std::string topic(std::string_view site_secret, std::string_view collapse_key,
                  const SubscriptionId& subscription);

}  // namespace webpush
