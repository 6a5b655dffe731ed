#include "webpush/log_record.h"

#include "files.h"

using namespace webpush;

namespace {

const SubscriptionId id = subscription_id("https://fcm.googleapis.com/fcm/send/abc");
constexpr std::int64_t time = 1700000000123;

FileHeader header(LogKind log) {
    FileHeader header;
    header.log = log;
    header.edge = "web1";
    header.started = time;
    header.pid = 4711;
    header.sequence = 3;
    header.keys = {{"default", {2, 1}}, {"shop", {0}}};
    header.identity = {{"default", {1}}};
    return header;
}

SubscribeRecord subscribe_record() {
    SubscribeRecord record;
    record.time = time;
    record.site = "default";
    record.platform = Platform::firefox_desktop;
    SubscribeRequest& request = record.request;
    request.id = id;
    request.counter = 1;
    request.endpoint = "https://fcm.googleapis.com/fcm/send/abc";
    request.p256dh = *to_octets<65>(*base64url_decode(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"));
    request.auth = *to_octets<16>(*base64url_decode("BTBZMqHH6r4Tts7J_aSIgg"));
    request.vapid = "AbCdEfGh";
    request.language = "de-DE";
    request.time_zone = "Europe/Berlin";
    request.page = "/shoes?\"red\"\n";
    request.consent = "2";
    return record;
}

SubscribeRecord refresh_record() {
    SubscribeRecord record = subscribe_record();
    SubscribeRequest& request = record.request;
    request.kind = ConsentKind::refresh;
    request.counter = 9007199254740991;
    request.vapid = request.language = request.time_zone = request.page = request.consent = "";
    request.has_replaces = true;
    request.replaces = subscription_id("https://fcm.googleapis.com/fcm/send/old");
    return record;
}

SubscribeRecord known_subscriber() {
    SubscribeRecord record = refresh_record();
    record.contact = "jos\xc3\xa9@shop.example";
    record.place = {"DE", "DE-BY", "M\xc3\xbcnchen", "48.1,11.6"};
    return record;
}

ProfileRecord profile_record() {
    const Properties attributes = {{"size", "42.5"}, {"member", "true"}, {"old", "null"}};
    return {time, "default", id, {{"sport", "shop:shoes/red"}, {"news"}, attributes}};
}

TrackRecord track_record() {
    const Properties properties = {{"amount", "9.9"}, {"currency", R"("EUR")"}};
    return {time, "default", id, {"purchase", "order-77", properties}};
}

LandingRecord landing_record() {
    LandingRecord record{time, "default", true, {}, 120, 95};
    record.answers = {0, 12, 1, 0, 3};
    return record;
}

std::string subscription_log() {
    std::string out;
    append_line(out, header(LogKind::subscription));
    append_line(out, AliveRecord{time});
    append_line(out, subscribe_record());
    append_line(out, refresh_record());
    append_line(out, UnsubscribeRecord{time, "default", {id, 3}});
    append_line(out, known_subscriber());
    append_line(out, profile_record());
    append_line(out, ContactRecord{time, "default", id, "customer 12"});
    append_line(out, ContactRecord{time, "default", id, ""});
    return out;
}

std::string event_log() {
    std::string out;
    append_line(out, header(LogKind::event));
    append_line(out, AliveRecord{time});
    append_line(out, EventRecord{time, "default", EventKind::shown, 12, id, "", false});
    append_line(out, EventRecord{time, "default", EventKind::closed, 12, id, "", false});
    append_line(out, EventRecord{time, "default", EventKind::click, 12, id, "", false});
    append_line(out, EventRecord{time, "default", EventKind::click, 12, id, "buy", true});
    append_line(out, ConsentEventRecord{time, "default", ConsentChange::subscribed, id});
    append_line(out, ConsentEventRecord{time, "default", ConsentChange::left, id});
    append_line(out, track_record());
    append_line(out, TrackRecord{time, "default", id, {"share", "", {}}});
    append_line(out, VisitRecord{time, "default", id, "", "", ""});
    append_line(out, VisitRecord{time, "default", id, "sport", "ball-5", "19.90"});
    append_line(out, PromptRecord{time, "default", PromptStep::dismissed, std::nullopt});
    append_line(out, PromptRecord{time, "default", PromptStep::undecided, id});
    append_line(out, landing_record());
    append_line(out, LandingRecord{time, "default", false, {}, 0, 0});
    return out;
}

// Every line read and written again is the same line.
void comes_back(const std::string& log) {
    JsonReader reader;
    std::string again;
    for (std::size_t start = 0; start < log.size();) {
        const std::size_t end = log.find('\n', start) + 1;
        const auto record = parse_line(reader, std::string_view(log).substr(start, end - start));
        if (!tap::ok(record.ok(), "line is read")) { return; }
        std::visit([&again](const auto& value) { append_line(again, value); }, *record);
        start = end;
    }
    tap::is(again, log, "the same again");
}

std::string outcome(std::string_view line) {
    JsonReader reader;
    const auto record = parse_line(reader, line);
    if (record.ok()) { return "ok"; }
    return std::string(info(record.error().problem).code) + " " + record.error().field;
}

}  // namespace

int main() {
    is_golden(subscription_log(), "subscription-log.jsonl");
    is_golden(event_log(), "event-log.jsonl");
    tap::subtest("subscription log comes back", [] { comes_back(subscription_log()); });
    tap::subtest("event log comes back", [] { comes_back(event_log()); });

    tap::subtest("every cut of a line is a torn tail, not a record", [] {
        std::string line;
        append_line(line, subscribe_record());
        bool refused = true;
        for (std::size_t size = 0; size + 1 < line.size(); ++size) {
            refused = refused && outcome(line.substr(0, size)) == "malformed_json ";
        }
        tap::ok(refused, "malformed");
        line.pop_back();
        tap::is(outcome(line), "ok", "whole without its line end");
    });
    tap::subtest("foreign lines", [] {
        tap::is(outcome("{}"), "field_missing k", "nothing");
        tap::is(outcome(R"({"k":"parade","t":1})"), "field_invalid k", "unknown kind");
        tap::is(outcome(R"({"k":"alive"})"), "field_missing t", "no time");
        tap::is(outcome(R"({"k":"alive","t":1,"new":true})"), "ok", "unknown members are skipped");
        tap::is(
            outcome(R"({"k":"shown","t":1,"site":"a","run":"1","sub":"AAAAAAAAAAAAAAAAAAAAAA"})"),
            "field_type run", "wrong type");
        tap::is(outcome(R"({"k":"left","t":1,"site":"a"})"), "field_missing sub", "no id");
        tap::is(outcome(R"({"k":"shown","t":1,"site":"a","run":1,"sub":"AAAA"})"),
                "field_invalid sub", "short id");
        tap::is(
            outcome(R"({"v":1,"log":"access","edge":"a","started":1,"pid":1,"seq":1,"keys":{}})"),
            "field_invalid log", "another log");
        tap::is(
            outcome(
                R"({"v":1,"log":"event","edge":"a","started":1,"pid":1,"seq":1,"keys":{"a":[256]}})"),
            "field_invalid keys.a", "no key id");
    });
    tap::is(log_file_name(header(LogKind::subscription)),
            "subscriptions-web1-1700000000123-4711-3.jsonl", "name of a subscription log");
    tap::is(log_file_name(header(LogKind::event)), "events-web1-1700000000123-4711-3.jsonl",
            "of an event log");
    return tap::done_testing();
}
