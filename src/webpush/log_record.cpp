#include "log_record.h"

#include "base64url.h"
#include "json_out.h"

namespace webpush {
namespace {

std::string_view name(LogKind log) {
    return log == LogKind::subscription ? "subscription" : "event";
}

void octets_member(JsonWriter& json, std::string_view name, std::string_view octets) {
    json.member(name, base64url(octets));
}

void begin_record(JsonWriter& json, std::string_view kind, std::int64_t time) {
    json.begin_object();
    json.member("k", kind);
    json.member("t", time);
}

void end_record(JsonWriter& json, std::string& out) {
    json.end_object();
    out += '\n';
}

}  // namespace

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
    json.begin_object();
    for (const auto& [site, ids] : header.keys) {
        json.key(site);
        json.begin_array();
        for (int id : ids) {
            json.value(id);
        }
        json.end_array();
    }
    json.end_object();
    end_record(json, out);
}

void append_line(std::string& out, const AliveRecord& record) {
    JsonWriter json(out);
    begin_record(json, "alive", record.time);
    end_record(json, out);
}

void append_line(std::string& out, const SubscribeRecord& record) {
    const SubscribeRequest& request = record.request;
    JsonWriter json(out);
    begin_record(json, name(request.kind), record.time);
    json.member("site", record.site);
    octets_member(json, "id", view(request.id));
    json.member("n", request.counter);
    json.member("endpoint", request.endpoint);
    octets_member(json, "p256dh", view(request.p256dh));
    octets_member(json, "auth", view(request.auth));
    json.member_if("vapid", request.vapid);
    json.member("platform", name(record.platform));
    json.member_if("lang", request.language);
    json.member_if("tz", request.time_zone);
    json.member_if("page", request.page);
    json.member_if("consent", request.consent);
    if (request.has_replaces) { octets_member(json, "replaces", view(request.replaces)); }
    end_record(json, out);
}

void append_line(std::string& out, const UnsubscribeRecord& record) {
    JsonWriter json(out);
    begin_record(json, name(ConsentKind::unsubscribe), record.time);
    json.member("site", record.site);
    octets_member(json, "id", view(record.request.id));
    json.member("n", record.request.counter);
    end_record(json, out);
}

void append_line(std::string& out, const EventRecord& record) {
    JsonWriter json(out);
    begin_record(json, name(record.kind), record.time);
    json.member("site", record.site);
    json.member("run", record.run);
    octets_member(json, "sub", view(record.subscription));
    json.member_if("action", record.action);
    if (record.late) { json.member("late", true); }
    end_record(json, out);
}

std::string_view name(ConsentChange change) {
    return change == ConsentChange::subscribed ? "subscribed" : "left";
}

void append_line(std::string& out, const ConsentEventRecord& record) {
    JsonWriter json(out);
    begin_record(json, name(record.change), record.time);
    json.member("site", record.site);
    octets_member(json, "sub", view(record.subscription));
    end_record(json, out);
}

std::string log_file_name(const FileHeader& header) {
    std::string name = header.log == LogKind::subscription ? "subscriptions-" : "events-";
    name += header.edge + "-" + std::to_string(header.started) + "-" + std::to_string(header.pid);
    return name + "-" + std::to_string(header.sequence) + ".jsonl";
}

}  // namespace webpush
