#include "webpush/event_request.h"

#include "tap.h"

using namespace webpush;

namespace {

std::string error_text(const Error& error) {
    return std::string(info(error.problem).code) + " " + error.field;
}

// "ok", or the error of the body, or of its only event.
std::string outcome(const std::string& body) {
    JsonReader reader;
    const auto requests = parse_events(reader, body);
    if (!requests) { return error_text(requests.error()); }
    const auto& event = requests->events.front();
    return event ? "ok" : error_text(event.error());
}

EventRequest read(const std::string& body) {
    JsonReader reader;
    return parse_events(reader, body)->events.front().value();
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += (i > 0 ? "," : "") + std::string(text);
    }
    return all;
}

std::string track_with(const std::string& properties) {
    return outcome(R"({"event":"track","name":"cart","properties":)" + properties + "}");
}

void receipts() {
    tap::is(outcome(R"({"event":"shown","token":"AQEB"})"), "ok", "shown");
    tap::is(outcome(R"({"event":"closed","token":"AQEB"})"), "ok", "closed");
    tap::is(outcome(R"({"event":"click","token":"AQEB"})"), "field_invalid event", "click");
    tap::is(outcome(R"({"token":"AQEB"})"), "field_missing event", "no event");
    tap::is(outcome(R"({"event":"shown"})"), "field_missing token", "no token");
    tap::is(outcome(R"({"event":"shown","token":""})"), "field_missing token", "empty token");
    tap::is(outcome(R"({"event":"shown","token":")" + std::string(129, 'A') + "\"}"),
            "field_too_long token", "long token");
}

void ages() {
    tap::is(read(R"({"event":"forget"})").age, 0, "now");
    tap::is(read(R"({"event":"forget","ago":60000})").age, 60000, "a minute ago");
    tap::is(outcome(R"({"event":"forget","ago":-1})"), "field_invalid ago", "in the future");
    tap::is(outcome(R"({"event":"forget","ago":2592000001})"), "field_invalid ago", "long ago");
}

void prompts() {
    for (std::string step :
         {"shown", "accepted", "dismissed", "granted", "denied", "default"}) {
        const auto prompt =
            std::get<PromptEvent>(read(R"({"event":"prompt","step":")" + step + "\"}").what);
        tap::is(name(prompt.step), step, step);
    }
    tap::is(outcome(R"({"event":"prompt","step":"ignored"})"), "field_invalid step", "other step");
}

void tracked() {
    const auto track = std::get<TrackEvent>(
        read(R"({"event":"track","name":"purchase","key":"o-7",
                 "properties":{"amount":9.9,"currency":"EUR","gift":false}})").what);
    tap::is(track.name + " " + track.key, "purchase o-7", "name and key");
    tap::is(track.properties.size(), std::size_t{3}, "three properties");
    tap::is(track.properties[1].name + "=" + track.properties[1].value, R"(currency="EUR")",
            "as JSON");
    tap::is(outcome(R"({"event":"track","name":"Buy now"})"), "field_invalid name", "name");
    tap::is(outcome(R"({"event":"track","name":"buy","key":"a\nb"})"), "field_invalid key", "key");
    tap::is(track_with(R"({"a":null})"), "field_type properties.a", "null");
    tap::is(track_with(R"({"a":[1]})"), "field_type properties.a", "array");
    tap::is(track_with(R"({"a":{}})"), "field_type properties.a", "object");
    tap::is(track_with(R"({"A b":1})"), "field_invalid properties", "name of a property");
    tap::is(track_with(R"({"a":1,"a":2})"), "field_invalid properties", "twice");
    tap::is(track_with(R"({"a":")" + std::string(254, 'x') + "\"}"), "ok", "longest value");
    tap::is(track_with(R"({"a":")" + std::string(255, 'x') + "\"}"),
            "field_too_long properties.a", "too long a value");
    std::string many = "{";
    for (int i = 0; i < 17; ++i) {
        many += (i > 0 ? ",\"a" : "\"a") + std::to_string(i) + "\":1";
    }
    tap::is(track_with(many + "}"), "field_invalid properties", "17 properties");
}

void profiles() {
    const auto change = std::get<ProfileChange>(
        read(R"({"event":"profile","add_tags":["sport","shop:a/b"],"remove_tags":["news"],
                 "attributes":{"size":42,"old":null}})").what);
    tap::is(change.add_tags.size() + change.remove_tags.size(), std::size_t{3}, "tags");
    tap::is(change.attributes[1].value, "null", "null removes");
    tap::is(outcome(R"({"event":"profile"})"), "field_missing attributes", "nothing");
    tap::is(outcome(R"({"event":"profile","add_tags":["Big"]})"), "field_invalid add_tags",
            "no tag");
    tap::is(outcome(R"({"event":"profile","remove_tags":[1]})"), "field_type remove_tags[0]",
            "number");
    tap::is(outcome(R"({"event":"profile","add_tags":[)" + repeated(R"("a")", 21) + "]}"),
            "field_invalid add_tags", "21 tags");
}

void contacts() {
    const auto claim = std::get<Identification>(
        read(R"({"event":"identify","contact":"customer 12","proof":"00ff"})").what);
    tap::is(claim.contact + " " + claim.proof, "customer 12 00ff", "claim");
    tap::is(outcome(R"({"event":"identify"})"), "field_missing contact", "no contact");
    tap::is(outcome(R"({"event":"identify","contact":"a\u0000b"})"), "field_invalid contact",
            "control character");
    tap::is(outcome(R"({"event":"identify","contact":")" + std::string(129, 'x') + "\"}"),
            "field_too_long contact", "long");
    tap::ok(is_contact_id("a") && !is_contact_id("") && !is_contact_id("a\tb"), "contact ids");
}

void batches() {
    JsonReader reader;
    const auto requests = parse_events(
        reader, R"({"events":[{"event":"forget"},{"event":"x"},{"event":"shown","token":"AQ"}]})");
    tap::ok(requests && requests->batch && requests->events.size() == 3, "three events");
    tap::ok(requests->events[0] && !requests->events[1] && requests->events[2],
            "one that is refused costs only itself");
    tap::is(error_text(requests->events[1].error()), "field_invalid events[1].event", "and where");

    const std::string one = R"({"event":"forget"})";
    tap::is(outcome(R"({"events":[)" + repeated(one, 50) + "]}"), "ok", "50");
    tap::is(outcome(R"({"events":[)" + repeated(one, 51) + "]}"), "field_invalid events", "51");
    tap::is(outcome(R"({"events":[]})"), "field_missing events", "none");
    tap::is(outcome(R"({"events":[1]})"), "field_type events[0]", "no object");
    tap::is(outcome(R"({"events":{}})"), "field_type events", "no array");
}

}  // namespace

int main() {
    tap::subtest("what became of a notification", receipts);
    tap::subtest("how long ago", ages);
    tap::subtest("the course of asking", prompts);
    tap::subtest("what the visitor did", tracked);
    tap::subtest("tags and attributes", profiles);
    tap::subtest("who it is", contacts);
    tap::subtest("several at once", batches);
    return tap::done_testing();
}
