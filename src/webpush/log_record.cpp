#include "log_record.h"

#include "json_out.h"
#include "log_line_kinds.h"

namespace webpush {
namespace {

std::string_view name(LogKind log) {
    return log == LogKind::subscription ? "subscription" : "event";
}

void texts_member(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
    if (texts.empty()) { return; }
    json.key(name);
    json.begin_array();
    for (const std::string& text : texts) {
        json.value(text);
    }
    json.end_array();
}

constexpr std::size_t usual_line = 160;

void begin_record(std::string& out, JsonWriter& json, std::string_view kind, std::int64_t time) {
    out.reserve(out.size() + usual_line);  // grows once and not five times
    json.begin_object();
    json.member("k", kind);
    json.member("t", time);
}

void end_record(std::string& out, JsonWriter& json) {
    json.end_object();
    out += '\n';
}

}  // namespace

void write_key_ids(JsonWriter& json, const KeyIds& ids_of_sites) {
    json.begin_object();
    for (const auto& [site, ids] : ids_of_sites) {
        json.key(site);
        json.begin_array();
        for (int id : ids) {
            json.value(id);
        }
        json.end_array();
    }
    json.end_object();
}

void append_line(std::string& out, const FileHeader& header) {
    JsonWriter json(out);
    json.begin_object();
    json.member("v", header.version);
    json.member("log", name(header.log));
    json.member("edge", header.edge);
    json.member("started", header.started);
    json.member("pid", header.pid);
    json.member("seq", header.sequence);
    json.key("keys");
    write_key_ids(json, header.keys);
    if (!header.identity.empty()) {
        json.key("identity");
        write_key_ids(json, header.identity);
    }
    end_record(out, json);
}

void append_line(std::string& out, const AliveRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, alive_kind, record.time);
    end_record(out, json);
}

void append_line(std::string& out, const SubscribeRecord& record) {
    const SubscribeRequest& request = record.request;
    JsonWriter json(out);
    begin_record(out, json, name(request.kind), record.time);
    json.member("site", record.site);
    json.member_octets("id", view(request.id));
    json.member("n", request.counter);
    json.member("endpoint", request.endpoint);
    json.member_octets("p256dh", view(request.p256dh));
    json.member_octets("auth", view(request.auth));
    json.member_if("vapid", request.vapid);
    json.member("platform", name(record.platform));
    json.member_if("lang", request.language);
    json.member_if("tz", request.time_zone);
    json.member_if("page", request.page);
    json.member_if("consent", request.consent);
    if (request.has_replaces) { json.member_octets("replaces", view(request.replaces)); }
    json.member_if("contact", record.contact);
    json.member_if("country", record.place.country);
    json.member_if("region", record.place.region);
    json.member_if("city", record.place.city);
    json.member_if("position", record.place.position);
    end_record(out, json);
}

void append_line(std::string& out, const UnsubscribeRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, name(ConsentKind::unsubscribe), record.time);
    json.member("site", record.site);
    json.member_octets("id", view(record.request.id));
    json.member("n", record.request.counter);
    end_record(out, json);
}

void append_line(std::string& out, const ProfileRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, profile_kind, record.time);
    json.member("site", record.site);
    json.member_octets("id", view(record.subscription));
    texts_member(json, "add", record.change.add_tags);
    texts_member(json, "remove", record.change.remove_tags);
    write_properties(json, "attributes", record.change.attributes);
    end_record(out, json);
}

void append_line(std::string& out, const ContactRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, record.contact.empty() ? forget_kind : identify_kind, record.time);
    json.member("site", record.site);
    json.member_octets("id", view(record.subscription));
    json.member_if("contact", record.contact);
    end_record(out, json);
}

void append_line(std::string& out, const EventRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, name(record.kind), record.time);
    json.member("site", record.site);
    json.member("run", record.run);
    json.member_octets("sub", view(record.subscription));
    json.member_if("action", record.action);
    if (record.late) { json.member("late", true); }
    end_record(out, json);
}

void append_line(std::string& out, const ConsentEventRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, name(record.change), record.time);
    json.member("site", record.site);
    json.member_octets("sub", view(record.subscription));
    end_record(out, json);
}

void append_line(std::string& out, const TrackRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, track_kind, record.time);
    json.member("site", record.site);
    json.member_octets("sub", view(record.subscription));
    json.member("name", record.event.name);
    json.member_if("key", record.event.key);
    write_properties(json, "properties", record.event.properties);
    end_record(out, json);
}

void append_line(std::string& out, const VisitRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, visit_kind, record.time);
    json.member("site", record.site);
    json.member_octets("sub", view(record.subscription));
    json.member_if("section", record.section);
    json.member_if("product", record.product);
    json.member_if("amount", record.amount);
    end_record(out, json);
}

void append_line(std::string& out, const PromptRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, prompt_kind, record.time);
    json.member("site", record.site);
    json.member("step", name(record.step));
    if (record.subscription) { json.member_octets("sub", view(*record.subscription)); }
    end_record(out, json);
}

void append_line(std::string& out, const LandingRecord& record) {
    JsonWriter json(out);
    begin_record(out, json, landing_kind, record.time);
    json.member("site", record.site);
    json.member("of", record.of_clicks ? "click" : "all");
    for (std::size_t i = 0; i < record.answers.size(); ++i) {
        if (record.answers[i] != 0) { json.member(status_classes[i], record.answers[i]); }
    }
    json.member("ms", record.milliseconds);
    json.member("max", record.slowest);
    end_record(out, json);
}

std::string log_file_name(const FileHeader& header) {
    std::string name = header.log == LogKind::subscription ? "subscriptions-" : "events-";
    name += header.edge + "-" + std::to_string(header.started) + "-" + std::to_string(header.pid);
    return name + "-" + std::to_string(header.sequence) + ".jsonl";
}

}  // namespace webpush
