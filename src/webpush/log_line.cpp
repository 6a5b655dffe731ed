// The reading half of log_record.h.
#include <climits>
#include <optional>

#include "base64url.h"
#include "log_record.h"

namespace webpush {
namespace {

constexpr std::size_t max_text = 4096;  // more than any member that the edge lets in

// Reads members one after the other and keeps the first error, so that a record's reading is a
// list of its members.
class RecordReader {
public:
    explicit RecordReader(const JsonObject& json) : json_(json) {}

    std::int64_t integer(std::string_view name) {
        return kept(json_.integer(name), std::int64_t{0});
    }
    int small_integer(std::string_view name) {
        const std::int64_t number = integer(name);
        if (number < INT_MIN || number > INT_MAX) {
            fail(json_.error(Problem::field_invalid, name));
            return 0;
        }
        return static_cast<int>(number);
    }
    std::string_view text(std::string_view name) {
        return kept(json_.string(name, max_text), std::string_view());
    }
    std::string_view text_or_empty(std::string_view name) {
        return kept(json_.string_or(name, {}, max_text), std::string_view());
    }
    bool flag(std::string_view name) { return kept(json_.boolean_or(name, false), false); }

    template <std::size_t N>
    Octets<N> octets(std::string_view name) {
        const auto bytes = base64url_decode(text(name));
        const auto octets = bytes ? to_octets<N>(*bytes) : std::nullopt;
        if (!octets) { fail(json_.error(Problem::field_invalid, name)); }
        return octets.value_or(Octets<N>{});
    }

    bool has(std::string_view name) const { return json_.has(name); }

    void fail(Error error) {
        if (!error_) { error_ = std::move(error); }
    }

    Result<LogRecord> finish(LogRecord record) {
        if (error_) { return std::move(*error_); }
        return record;
    }

private:
    template <typename T>
    T kept(const Result<T>& member, T fallback) {
        if (member) { return *member; }
        fail(member.error());
        return fallback;
    }

    const JsonObject& json_;
    std::optional<Error> error_;
};

Result<LogRecord> read_header(const JsonObject& json) {
    RecordReader read(json);
    FileHeader header;
    header.version = read.small_integer("v");
    const std::string_view log = read.text("log");
    if (log != "subscription" && log != "event") {
        read.fail(json.error(Problem::field_invalid, "log"));
    }
    header.log = log == "event" ? LogKind::event : LogKind::subscription;
    header.edge = read.text("edge");
    header.started = read.integer("started");
    header.pid = read.integer("pid");
    header.sequence = read.integer("seq");

    const auto keys = json.object("keys");
    if (!keys) { return keys.error(); }
    for (std::string_view site : keys->names()) {
        const auto ids = keys->integers_or_none(site);
        if (!ids) { return ids.error(); }
        for (std::int64_t id : *ids) {
            if (id < 0 || id > UCHAR_MAX) { return keys->error(Problem::field_invalid, site); }
            header.keys[std::string(site)].push_back(static_cast<int>(id));
        }
    }
    return read.finish(std::move(header));
}

Result<LogRecord> read_subscribe(const JsonObject& json, ConsentKind kind) {
    RecordReader read(json);
    SubscribeRecord record;
    SubscribeRequest& request = record.request;
    request.kind = kind;
    record.time = read.integer("t");
    record.site = read.text("site");
    request.id = read.octets<16>("id");
    request.counter = read.integer("n");
    request.endpoint = read.text("endpoint");
    request.p256dh = read.octets<65>("p256dh");
    request.auth = read.octets<16>("auth");
    request.vapid = read.text_or_empty("vapid");
    record.platform = platform_from_name(read.text_or_empty("platform"));
    request.language = read.text_or_empty("lang");
    request.time_zone = read.text_or_empty("tz");
    request.page = read.text_or_empty("page");
    request.consent = read.text_or_empty("consent");
    request.has_replaces = read.has("replaces");
    if (request.has_replaces) { request.replaces = read.octets<16>("replaces"); }
    return read.finish(std::move(record));
}

Result<LogRecord> read_unsubscribe(const JsonObject& json) {
    RecordReader read(json);
    UnsubscribeRecord record;
    record.time = read.integer("t");
    record.site = read.text("site");
    record.request.id = read.octets<16>("id");
    record.request.counter = read.integer("n");
    return read.finish(std::move(record));
}

Result<LogRecord> read_event(const JsonObject& json, EventKind kind) {
    RecordReader read(json);
    EventRecord record;
    record.kind = kind;
    record.time = read.integer("t");
    record.site = read.text("site");
    record.run = read.integer("run");
    record.subscription = read.octets<16>("sub");
    if (kind == EventKind::click) {
        record.action = read.text_or_empty("action");
        record.late = read.flag("late");
    }
    return read.finish(std::move(record));
}

Result<LogRecord> read_consent_event(const JsonObject& json, ConsentChange change) {
    RecordReader read(json);
    ConsentEventRecord record;
    record.change = change;
    record.time = read.integer("t");
    record.site = read.text("site");
    record.subscription = read.octets<16>("sub");
    return read.finish(std::move(record));
}

Result<LogRecord> read_alive(const JsonObject& json) {
    RecordReader read(json);
    AliveRecord record;
    record.time = read.integer("t");
    return read.finish(record);
}

}  // namespace

Result<LogRecord> parse_line(JsonReader& reader, std::string_view line) {
    const auto json = reader.parse(line);
    if (!json) { return json.error(); }
    if (json->has("v")) { return read_header(*json); }

    const auto kind = json->string("k", max_text);
    if (!kind) { return kind.error(); }
    for (EventKind event : {EventKind::shown, EventKind::click, EventKind::closed}) {
        if (*kind == name(event)) { return read_event(*json, event); }
    }
    for (ConsentKind consent : {ConsentKind::subscribe, ConsentKind::refresh}) {
        if (*kind == name(consent)) { return read_subscribe(*json, consent); }
    }
    if (*kind == name(ConsentKind::unsubscribe)) { return read_unsubscribe(*json); }
    for (ConsentChange change : {ConsentChange::subscribed, ConsentChange::left}) {
        if (*kind == name(change)) { return read_consent_event(*json, change); }
    }
    if (*kind == "alive") { return read_alive(*json); }
    return json->error(Problem::field_invalid, "k");
}

}  // namespace webpush
