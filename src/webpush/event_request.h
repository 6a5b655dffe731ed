// What pages and service workers tell the edge besides consent: bodies of POST .../event. This
// header is the definition of their format.
//
//   {"event":"shown"|"closed","token":"<delivery token>"}        what became of a notification
//   {"event":"prompt","step":"shown"|"accepted"|"dismissed"|     the course of asking: the site's
//            "granted"|"denied"|"default"}                       form, then the browser's answer
//   {"event":"track","name":"purchase","key":"<once>",           what the visitor did: cart,
//            "properties":{"amount":9.9,"currency":"EUR"}}       purchase, download, share, ...
//   {"event":"profile","add_tags":[..],"remove_tags":[..],       what the page knows of the
//            "attributes":{"size":42,"old":null}}                subscription; null removes
//   {"event":"identify","contact":"<id>","proof":"<mac>"}        who it is (contact_proof.h)
//   {"event":"forget"}                                           nobody known any more
//
// Each may have "ago": how many milliseconds ago it happened, for a worker that was offline; the
// browser's clock is never asked. Several at once: {"events":[{..},..]}, at most 50.
// shown and closed are vouched for by their token, prompt needs no subscription, all others need
// the visitor cookie.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "json_in.h"
#include "log_kinds.h"
#include "properties.h"
#include "result.h"

namespace webpush {

struct Receipt {
    EventKind kind = EventKind::shown;  // shown or closed
    std::string token;                  // not yet verified
};

struct PromptEvent {
    PromptStep step = PromptStep::shown;
};

struct TrackEvent {
    std::string name;  // is_property_name()
    std::string key;   // of the page's choice, counts once; may be empty
    Properties properties;
};

struct ProfileChange {
    std::vector<std::string> add_tags;  // is_tag()
    std::vector<std::string> remove_tags;
    Properties attributes;  // null removes
};

struct Identification {
    std::string contact;  // is_contact_id()
    std::string proof;    // not yet verified; may be empty
};

struct Forgetting {};

struct EventRequest {
    std::int64_t age = 0;  // milliseconds
    std::variant<Receipt, PromptEvent, TrackEvent, ProfileChange, Identification, Forgetting> what;
};

// One refused event does not cost the others of its batch.
struct EventRequests {
    bool batch = false;  // "events" was given
    std::vector<Result<EventRequest>> events;
};

inline constexpr std::size_t max_event_batch = 50;
inline constexpr std::size_t max_contact_length = 128;  // octets
inline constexpr std::int64_t max_event_age = 30LL * 24 * 3600 * 1000;

// Error: what concerns the body as a whole (malformed_json, "events" of a wrong type or too long).
Result<EventRequests> parse_events(JsonReader& reader, std::string_view body);

// A contact's id as the site knows it: 1..128 octets of UTF-8 without control characters.
bool is_contact_id(std::string_view contact);

}  // namespace webpush
