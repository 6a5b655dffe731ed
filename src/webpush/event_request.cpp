#include "event_request.h"

#include <algorithm>

#include "field_reader.h"
#include "json_out.h"

namespace webpush {
namespace {

constexpr std::size_t max_kind = 16;
constexpr std::size_t max_token = 128;  // a delivery token has 62
constexpr std::size_t max_proof = 64;   // HMAC-SHA256 in hexadecimal
constexpr std::size_t max_key = 64;
constexpr std::size_t max_tags = 20;

Receipt read_receipt(FieldReader& read, EventKind kind) {
    return {kind, std::string(read.text("token", max_token))};
}

PromptEvent read_prompt(FieldReader& read) {
    const auto step = prompt_step_from_name(read.text("step", max_kind));
    if (!step) {
        read.fail(read.json().error(Problem::field_invalid, "step",
                                    "shown, accepted, dismissed, granted, denied or default"));
    }
    return {step.value_or(PromptStep::shown)};
}

TrackEvent read_track(FieldReader& read) {
    TrackEvent track;
    track.name = read.text("name", max_property_value);
    if (!is_property_name(track.name)) {
        read.fail(read.json().error(Problem::field_invalid, "name", "[a-z][a-z0-9_]{0,31}"));
    }
    track.key = read.line_or_empty("key", max_key);
    track.properties = read.kept(read_properties(read.json(), "properties", NullValues::refused));
    return track;
}

std::vector<std::string> read_tags(FieldReader& read, std::string_view name) {
    const auto tags = read.kept(read.json().strings_or_none(name));
    if (tags.size() > max_tags) {
        read.fail(read.json().error(Problem::field_invalid, name,
                                    "at most " + std::to_string(max_tags) + " tags"));
    }
    if (!std::all_of(tags.begin(), tags.end(), is_tag)) {
        read.fail(read.json().error(Problem::field_invalid, name,
                                    "tags are 1 to 64 of a-z, 0-9 and _.:/-"));
    }
    return {tags.begin(), tags.end()};
}

ProfileChange read_profile(FieldReader& read) {
    ProfileChange change;
    change.add_tags = read_tags(read, "add_tags");
    change.remove_tags = read_tags(read, "remove_tags");
    change.attributes = read.kept(read_properties(read.json(), "attributes", NullValues::allowed));
    if (change.add_tags.empty() && change.remove_tags.empty() && change.attributes.empty()) {
        read.fail(read.json().error(Problem::field_missing, "attributes", "nothing to change"));
    }
    return change;
}

Identification read_identification(FieldReader& read) {
    return {std::string(read.line("contact", max_contact_length)),
            std::string(read.line_or_empty("proof", max_proof))};
}

Result<EventRequest> read_event(const JsonObject& json) {
    FieldReader read(json);
    EventRequest request;
    const std::string_view kind = read.text("event", max_kind);
    request.age = read.integer_between_or("ago", 0, 0, max_event_age);
    if (kind == name(EventKind::shown)) {
        request.what = read_receipt(read, EventKind::shown);
    } else if (kind == name(EventKind::closed)) {
        request.what = read_receipt(read, EventKind::closed);
    } else if (kind == "prompt") {
        request.what = read_prompt(read);
    } else if (kind == "track") {
        request.what = read_track(read);
    } else if (kind == "profile") {
        request.what = read_profile(read);
    } else if (kind == "identify") {
        request.what = read_identification(read);
    } else if (kind == "forget") {
        request.what = Forgetting{};
    } else {
        read.fail(json.error(Problem::field_invalid, "event",
                             "shown, closed, prompt, track, profile, identify or forget"));
    }
    return read.finish<EventRequest>(std::move(request));
}

}  // namespace

Result<EventRequests> parse_events(JsonReader& reader, std::string_view body) {
    const auto json = reader.parse(body);
    if (!json) { return json.error(); }
    EventRequests requests;
    requests.batch = json->has("events");
    if (!requests.batch) {
        requests.events.push_back(read_event(*json));
        return requests;
    }
    const auto events = json->objects_or_none("events");
    if (!events) { return events.error(); }
    if (events->empty()) { return json->error(Problem::field_missing, "events"); }
    if (events->size() > max_event_batch) {
        return json->error(Problem::field_invalid, "events",
                           "at most " + std::to_string(max_event_batch));
    }
    std::transform(events->begin(), events->end(), std::back_inserter(requests.events), read_event);
    return requests;
}

bool is_contact_id(std::string_view contact) {
    return !contact.empty() && contact.size() <= max_contact_length &&
           !has_control_character(contact) && is_utf8(contact);
}

}  // namespace webpush
