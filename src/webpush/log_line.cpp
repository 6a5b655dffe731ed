// The reading half of log_record.h.
#include <climits>

#include "field_reader.h"
#include "log_line_kinds.h"
#include "log_record.h"

namespace webpush {
namespace {

constexpr std::size_t max_text = 4096;  // more than any member that the edge lets in

int small_integer(FieldReader& read, std::string_view name) {
    return static_cast<int>(read.integer_between(name, INT_MIN, INT_MAX));
}

std::optional<Error> read_key_ids(const JsonObject& json, KeyIds& ids_of_sites) {
    for (std::string_view site : json.names()) {
        const auto ids = json.integers_or_none(site);
        if (!ids) { return ids.error(); }
        std::vector<int>& of_site = ids_of_sites[std::string(site)];
        for (std::int64_t id : *ids) {
            if (id < 0 || id > UCHAR_MAX) { return json.error(Problem::field_invalid, site); }
            of_site.push_back(static_cast<int>(id));
        }
    }
    return std::nullopt;
}

Result<LogRecord> read_header(const JsonObject& json) {
    FieldReader read(json);
    FileHeader header;
    header.version = small_integer(read, "v");
    const std::string_view log = read.text("log", max_text);
    if (log != "subscription" && log != "event") {
        read.fail(json.error(Problem::field_invalid, "log"));
    }
    header.log = log == "event" ? LogKind::event : LogKind::subscription;
    header.edge = read.text("edge", max_text);
    header.started = read.integer("started");
    header.pid = read.integer("pid");
    header.sequence = read.integer("seq");

    const auto keys = json.object("keys");
    if (!keys) { return keys.error(); }
    if (auto error = read_key_ids(*keys, header.keys)) { return *error; }
    if (json.has("identity")) {  // not of an earlier version
        const auto identity = json.object("identity");
        if (!identity) { return identity.error(); }
        if (auto error = read_key_ids(*identity, header.identity)) { return *error; }
    }
    return read.finish<LogRecord>(std::move(header));
}

Result<LogRecord> read_subscribe(const JsonObject& json, ConsentKind kind) {
    FieldReader read(json);
    SubscribeRecord record;
    SubscribeRequest& request = record.request;
    request.kind = kind;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    request.id = read.octets<16>("id");
    request.counter = read.integer("n");
    request.endpoint = read.text("endpoint", max_text);
    request.p256dh = read.octets<65>("p256dh");
    request.auth = read.octets<16>("auth");
    request.vapid = read.text_or_empty("vapid", max_text);
    record.platform = platform_from_name(read.text_or_empty("platform", max_text));
    request.language = read.text_or_empty("lang", max_text);
    request.time_zone = read.text_or_empty("tz", max_text);
    request.page = read.text_or_empty("page", max_text);
    request.consent = read.text_or_empty("consent", max_text);
    request.has_replaces = read.has("replaces");
    if (request.has_replaces) { request.replaces = read.octets<16>("replaces"); }
    record.contact = read.text_or_empty("contact", max_text);
    record.place.country = read.text_or_empty("country", max_text);
    record.place.region = read.text_or_empty("region", max_text);
    record.place.city = read.text_or_empty("city", max_text);
    record.place.position = read.text_or_empty("position", max_text);
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_unsubscribe(const JsonObject& json) {
    FieldReader read(json);
    UnsubscribeRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.request.id = read.octets<16>("id");
    record.request.counter = read.integer("n");
    return read.finish<LogRecord>(std::move(record));
}

std::vector<std::string> read_texts(FieldReader& read, std::string_view name) {
    const auto texts = read.kept(read.json().strings_or_none(name));
    return {texts.begin(), texts.end()};
}

Result<LogRecord> read_profile(const JsonObject& json) {
    FieldReader read(json);
    ProfileRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.subscription = read.octets<16>("id");
    record.change.add_tags = read_texts(read, "add");
    record.change.remove_tags = read_texts(read, "remove");
    record.change.attributes = read.kept(read_properties(json, "attributes", NullValues::allowed));
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_contact(const JsonObject& json, bool known) {
    FieldReader read(json);
    ContactRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.subscription = read.octets<16>("id");
    if (known) { record.contact = read.text("contact", max_text); }
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_event(const JsonObject& json, EventKind kind) {
    FieldReader read(json);
    EventRecord record;
    record.kind = kind;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.run = read.integer("run");
    record.subscription = read.octets<16>("sub");
    if (kind == EventKind::click) {
        record.action = read.text_or_empty("action", max_text);
        record.late = read.flag("late");
    }
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_consent_event(const JsonObject& json, ConsentChange change) {
    FieldReader read(json);
    ConsentEventRecord record;
    record.change = change;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.subscription = read.octets<16>("sub");
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_track(const JsonObject& json) {
    FieldReader read(json);
    TrackRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.subscription = read.octets<16>("sub");
    record.event.name = read.text("name", max_text);
    record.event.key = read.text_or_empty("key", max_text);
    record.event.properties = read.kept(read_properties(json, "properties", NullValues::refused));
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_visit(const JsonObject& json) {
    FieldReader read(json);
    VisitRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.subscription = read.octets<16>("sub");
    record.section = read.text_or_empty("section", max_text);
    record.product = read.text_or_empty("product", max_text);
    record.amount = read.text_or_empty("amount", max_text);
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_prompt(const JsonObject& json) {
    FieldReader read(json);
    PromptRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    const auto step = prompt_step_from_name(read.text("step", max_text));
    if (!step) { read.fail(json.error(Problem::field_invalid, "step")); }
    record.step = step.value_or(PromptStep::shown);
    if (read.has("sub")) { record.subscription = read.octets<16>("sub"); }
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_landing(const JsonObject& json) {
    FieldReader read(json);
    LandingRecord record;
    record.time = read.integer("t");
    record.site = read.text("site", max_text);
    record.of_clicks = read.text("of", max_text) == "click";
    for (std::size_t i = 0; i < record.answers.size(); ++i) {
        record.answers[i] = read.kept(json.integer_or(status_classes[i], 0));
    }
    record.milliseconds = read.integer("ms");
    record.slowest = read.integer("max");
    return read.finish<LogRecord>(std::move(record));
}

Result<LogRecord> read_alive(const JsonObject& json) {
    FieldReader read(json);
    AliveRecord record;
    record.time = read.integer("t");
    return read.finish<LogRecord>(record);
}

// In the order of how many there are.
Result<LogRecord> read_record(const JsonObject& json, std::string_view kind) {
    for (EventKind event : {EventKind::shown, EventKind::click, EventKind::closed}) {
        if (kind == name(event)) { return read_event(json, event); }
    }
    if (kind == visit_kind) { return read_visit(json); }
    if (kind == track_kind) { return read_track(json); }
    for (ConsentKind consent : {ConsentKind::subscribe, ConsentKind::refresh}) {
        if (kind == name(consent)) { return read_subscribe(json, consent); }
    }
    if (kind == name(ConsentKind::unsubscribe)) { return read_unsubscribe(json); }
    for (ConsentChange change : {ConsentChange::subscribed, ConsentChange::left}) {
        if (kind == name(change)) { return read_consent_event(json, change); }
    }
    if (kind == profile_kind) { return read_profile(json); }
    if (kind == identify_kind || kind == forget_kind) {
        return read_contact(json, kind == identify_kind);
    }
    if (kind == prompt_kind) { return read_prompt(json); }
    if (kind == landing_kind) { return read_landing(json); }
    if (kind == alive_kind) { return read_alive(json); }
    return json.error(Problem::field_invalid, "k");
}

}  // namespace

Result<LogRecord> parse_line(JsonReader& reader, std::string_view line) {
    const auto json = reader.parse(line);
    if (!json) { return json.error(); }
    if (json->has("v")) { return read_header(*json); }
    const auto kind = json->string("k", max_text);
    if (!kind) { return kind.error(); }
    return read_record(*json, *kind);
}

}  // namespace webpush
