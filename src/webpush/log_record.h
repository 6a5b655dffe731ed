// The two logs of the edge: append-only JSON Lines (one object a line, '\n' at its end), the only
// way from the edge to the daemon. This header is the definition; t/golden/*.jsonl show every kind.
//
// Both logs. First line of every file, then one "alive" line a second (how far a reader is):
//   {"v":1,"log":"subscription"|"event","edge":"web1","started":<ms>,"pid":7,"seq":1,
//    "keys":{"<site>":[<link key id>,...],...},"identity":{"<site>":[<identity key id>,...],...}}
//   {"k":"alive","t":<ms>}
// Times are unix milliseconds of the edge's clock. "site" is the site's name, "id"/"sub" a
// subscription id in base64url, "run" an integer.
//
// Subscription log (holds endpoints and keys: mode 0600, deleted after ingest):
//   {"k":"subscribe"|"refresh","t":..,"site":..,"id":..,"n":..,"endpoint":..,"p256dh":..,"auth":..,
//    "vapid":..,"platform":..,"lang":..,"tz":..,"page":..,"consent":..,"replaces":<id>,
//    "contact":..,"country":..,"region":..,"city":..,"position":"52.5,13.4"}
//   {"k":"unsubscribe","t":..,"site":..,"id":..,"n":..}
//   {"k":"profile","t":..,"site":..,"id":..,"add":[..],"remove":[..],"attributes":{..}}
//   {"k":"identify","t":..,"site":..,"id":..,"contact":..}
//   {"k":"forget","t":..,"site":..,"id":..}
// Event log (ids only, never an endpoint, key or address: mode 0640):
//   {"k":"shown"|"closed","t":..,"site":..,"run":..,"sub":..}
//   {"k":"click","t":..,"site":..,"run":..,"sub":..,"action":..,"late":true}
//   {"k":"track","t":..,"site":..,"sub":..,"name":..,"key":..,"properties":{..}}
//   {"k":"visit","t":..,"site":..,"sub":..,"section":..,"product":..,"amount":"9.90"}
//   {"k":"prompt","t":..,"site":..,"step":..,"sub":..}           "sub" if the browser has one
//   {"k":"landing","t":..,"site":..,"of":"click"|"all","1xx":..,"2xx":..,"3xx":..,"4xx":..,
//    "5xx":..,"ms":<sum>,"max":<ms>}                             one second of answers
//   {"k":"subscribed"|"left","t":..,"site":..,"sub":..}
// The last kind says, for reports made of logs alone, what the subscription log says in full: written
// for whoever was answered that it is done, never for a refresh. The daemon reads over it.
// Empty members and counts of 0 are left out.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "event_request.h"
#include "json_in.h"
#include "json_out.h"
#include "log_kinds.h"
#include "octets.h"
#include "place.h"
#include "platform.h"
#include "result.h"
#include "subscription.h"

namespace webpush {

inline constexpr int log_format_version = 1;

enum class LogKind { subscription, event };

using KeyIds = std::map<std::string, std::vector<int>>;  // by site

struct FileHeader {
    int version = log_format_version;
    LogKind log = LogKind::subscription;
    std::string edge;
    std::int64_t started = 0;
    std::int64_t pid = 0;
    std::int64_t sequence = 0;
    KeyIds keys;      // of the link keys loaded
    KeyIds identity;  // of the identity keys
};

struct AliveRecord {
    std::int64_t time = 0;
};

struct SubscribeRecord {
    std::int64_t time = 0;
    std::string site;
    Platform platform = Platform::unknown;
    SubscribeRequest request;
    std::string contact{};  // vouched for by the server, may be empty
    Place place{};
};

struct UnsubscribeRecord {
    std::int64_t time = 0;
    std::string site;
    UnsubscribeRequest request;
};

struct ProfileRecord {
    std::int64_t time = 0;
    std::string site;
    SubscriptionId subscription{};
    ProfileChange change;
};

// Who uses the subscription from now on; nobody known when `contact` is empty (forget).
struct ContactRecord {
    std::int64_t time = 0;
    std::string site;
    SubscriptionId subscription{};
    std::string contact;
};

struct EventRecord {
    std::int64_t time = 0;
    std::string site;
    EventKind kind = EventKind::shown;
    std::int64_t run = 0;
    SubscriptionId subscription{};
    std::string action;  // click only
    bool late = false;   // click only: the link had expired
};

struct ConsentEventRecord {
    std::int64_t time = 0;
    std::string site;
    ConsentChange change = ConsentChange::subscribed;
    SubscriptionId subscription{};
};

struct TrackRecord {
    std::int64_t time = 0;
    std::string site;
    SubscriptionId subscription{};
    TrackEvent event;
};

// A page of the site was visited by a subscriber; without a script, from nginx's variables.
struct VisitRecord {
    std::int64_t time = 0;
    std::string site;
    SubscriptionId subscription{};
    std::string section;  // may be empty, as all below
    std::string product;
    std::string amount;  // decimal number as text: "9.90"
};

struct PromptRecord {
    std::int64_t time = 0;
    std::string site;
    PromptStep step = PromptStep::shown;
    std::optional<SubscriptionId> subscription;
};

// How the site answered in the second before `time`: pages that click links lead to, or all.
struct LandingRecord {
    std::int64_t time = 0;
    std::string site;
    bool of_clicks = true;
    std::array<std::int64_t, 5> answers{};  // by status class, 1xx first
    std::int64_t milliseconds = 0;          // together
    std::int64_t slowest = 0;               // milliseconds
};

using LogRecord = std::variant<FileHeader, AliveRecord, SubscribeRecord, UnsubscribeRecord,
                               ProfileRecord, ContactRecord, EventRecord, ConsentEventRecord,
                               TrackRecord, VisitRecord, PromptRecord, LandingRecord>;

// {"<site>":[1,2],...}
void write_key_ids(JsonWriter& json, const KeyIds& ids);

// Each appends one whole line including '\n'.
void append_line(std::string& out, const FileHeader& header);
void append_line(std::string& out, const AliveRecord& record);
void append_line(std::string& out, const SubscribeRecord& record);
void append_line(std::string& out, const UnsubscribeRecord& record);
void append_line(std::string& out, const ProfileRecord& record);
void append_line(std::string& out, const ContactRecord& record);
void append_line(std::string& out, const EventRecord& record);
void append_line(std::string& out, const ConsentEventRecord& record);
void append_line(std::string& out, const TrackRecord& record);
void append_line(std::string& out, const VisitRecord& record);
void append_line(std::string& out, const PromptRecord& record);
void append_line(std::string& out, const LandingRecord& record);

// One line, with or without its '\n'. Errors: malformed_json for what is not a record (torn tail,
// foreign line), field_* for a record that lacks something. Unknown members are skipped; an
// unknown "k" is field_invalid with field "k".
Result<LogRecord> parse_line(JsonReader& reader, std::string_view line);

// "subscriptions-<edge>-<started ms>-<pid>-<sequence>.jsonl", "events-...". Edge ids have only
// [A-Za-z0-9._-].
std::string log_file_name(const FileHeader& header);

}  // namespace webpush
