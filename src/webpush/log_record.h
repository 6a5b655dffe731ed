// The two logs of the edge: append-only JSON Lines (one object a line, '\n' at its end), the only
// way from the edge to the daemon. This header is the definition; t/golden/*.jsonl show every kind.
//
// Both logs. First line of every file, then one "alive" line a second (how far a reader is):
//   {"v":1,"log":"subscription"|"event","edge":"web1","started":<ms>,"pid":7,"seq":1,
//    "keys":{"<site>":[<link key id>,...],...}}
//   {"k":"alive","t":<ms>}
// Times are unix milliseconds of the edge's clock. "site" is the site's name, "id"/"sub" a
// subscription id in base64url, "run" an integer.
//
// Subscription log (holds endpoints and keys: mode 0600, deleted after ingest):
//   {"k":"subscribe"|"refresh","t":..,"site":..,"id":..,"n":..,"endpoint":..,"p256dh":..,"auth":..,
//    "vapid":..,"platform":..,"lang":..,"tz":..,"page":..,"consent":..,"replaces":<id>}
//   {"k":"unsubscribe","t":..,"site":..,"id":..,"n":..}
// Event log (ids only, never an endpoint, key or address: mode 0640):
//   {"k":"shown"|"closed","t":..,"site":..,"run":..,"sub":..}
//   {"k":"click","t":..,"site":..,"run":..,"sub":..,"action":..,"late":true}
//   {"k":"subscribed"|"left","t":..,"site":..,"sub":..}
// The last kind says, for reports made of logs alone, what the subscription log says in full: written
// for whoever was answered that it is done, never for a refresh. The daemon reads over it.
// Empty members are left out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "json_in.h"
#include "octets.h"
#include "platform.h"
#include "result.h"
#include "subscription.h"

namespace webpush {

inline constexpr int log_format_version = 1;

enum class LogKind { subscription, event };

struct FileHeader {
    int version = log_format_version;
    LogKind log = LogKind::subscription;
    std::string edge;
    std::int64_t started = 0;
    std::int64_t pid = 0;
    std::int64_t sequence = 0;
    std::map<std::string, std::vector<int>> keys;  // site -> ids of the link keys loaded
};

struct AliveRecord {
    std::int64_t time = 0;
};

struct SubscribeRecord {
    std::int64_t time = 0;
    std::string site;
    Platform platform = Platform::unknown;
    SubscribeRequest request;
};

struct UnsubscribeRecord {
    std::int64_t time = 0;
    std::string site;
    UnsubscribeRequest request;
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

enum class ConsentChange { subscribed, left };
std::string_view name(ConsentChange change);

struct ConsentEventRecord {
    std::int64_t time = 0;
    std::string site;
    ConsentChange change = ConsentChange::subscribed;
    SubscriptionId subscription{};
};

using LogRecord = std::variant<FileHeader, AliveRecord, SubscribeRecord, UnsubscribeRecord,
                               EventRecord, ConsentEventRecord>;

// Each appends one whole line including '\n'.
void append_line(std::string& out, const FileHeader& header);
void append_line(std::string& out, const AliveRecord& record);
void append_line(std::string& out, const SubscribeRecord& record);
void append_line(std::string& out, const UnsubscribeRecord& record);
void append_line(std::string& out, const EventRecord& record);
void append_line(std::string& out, const ConsentEventRecord& record);

// One line, with or without its '\n'. Errors: malformed_json for what is not a record (torn tail,
// foreign line), field_* for a record that lacks something. Unknown members are skipped; an
// unknown "k" is field_invalid with field "k".
Result<LogRecord> parse_line(JsonReader& reader, std::string_view line);

// "subscriptions-<edge>-<started ms>-<pid>-<sequence>.jsonl", "events-...". Edge ids have only
// [A-Za-z0-9._-].
std::string log_file_name(const FileHeader& header);

}  // namespace webpush
