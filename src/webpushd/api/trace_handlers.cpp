#include "handlers.h"
#include "store/trace_store.h"
#include "webpush/base64url.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::JsonWriter;
using webpush::Result;

// An ended run's chunk says that it was done, but only of those whose outcome is known, or who have
// ended since, that they were in it.
bool is_in_audience(const Run& run, const Trace& trace) {
    if (trace.delivery || trace.waiting) { return true; }
    if (!trace.subscription || !trace.subscription->active) { return false; }
    if (trace.chunk) { return trace.chunk->state != "done" || run.state == "cancelled"; }
    return run.state == "planned" && run.campaign != 0;
}

// Where it is, in one word.
std::string_view stage(const Run& run, const Trace& trace) {
    if (trace.delivery) { return "recorded"; }
    if (run.state == "cancelled") { return "cancelled"; }
    if (trace.waiting) { return trace.waiting->leased ? "leased" : "waiting"; }
    if (!trace.chunk) { return "unplanned"; }
    return trace.chunk->leased ? "leased" : "ready";
}

void write_subscription(JsonWriter& json, const TracedSubscription& subscription) {
    json.key("subscription_state");
    json.begin_object();
    json.member("active", subscription.active);
    json.member_if("platform", subscription.platform);
    json.member_if("created_at", subscription.created_at);
    json.member_if("accepted_at", subscription.accepted_at);
    json.member_if("end_reason", subscription.end_reason);
    json.member_if("ended_at", subscription.ended_at);
    if (!subscription.replaced_by.empty()) {
        json.member_octets("replaced_by", subscription.replaced_by);
    }
    json.end_object();
}

void write_chunk(JsonWriter& json, const TracedChunk& chunk) {
    json.key("chunk");
    json.begin_object();
    json.member("id", chunk.id);
    json.member("state", chunk.state);
    json.member("not_before", chunk.not_before);
    json.member("claims", chunk.claims);
    json.member_if("lease_until", chunk.lease_until);
    json.end_object();
}

void write_waiting(JsonWriter& json, const TracedWaiting& waiting) {
    json.key("waiting");
    json.begin_object();
    json.member("reason", waiting.reason);
    json.member("attempt", waiting.attempt);
    json.member("not_before", waiting.not_before);
    json.member("claims", waiting.claims);
    json.member_if("lease_until", waiting.lease_until);
    json.end_object();
}

void write_delivery(JsonWriter& json, const TracedDelivery& delivery) {
    json.key("delivery");
    json.begin_object();
    json.member("outcome", delivery.outcome);
    json.member("status", delivery.status);
    json.member_if("reason", delivery.reason);
    json.member_if("reduced", delivery.reduced);
    json.member("attempt", delivery.attempt);
    json.member("at", delivery.at);
    json.end_object();
}

void write_events(JsonWriter& json, const std::vector<TracedEvent>& events) {
    json.key("events");
    json.begin_array();
    for (const TracedEvent& event : events) {
        json.begin_object();
        json.member("kind", event.kind);
        if (event.kind == "click") { json.member("action", event.action); }
        json.member("at", event.at);
        if (event.late) { json.member("late", true); }
        json.end_object();
    }
    json.end_array();
}

Response trace_response(const Run& run, const std::string& subscription, const Trace& trace) {
    Response response;
    JsonWriter json(response.body);
    json.begin_object();
    json.member("run", run.id);
    json.member("run_state", run.state);
    json.member("starts_at", run.starts_at);
    json.member("active_until", run.active_until);
    json.member("subscription", subscription);
    json.member("stage", stage(run, trace));
    if (trace.chunk) { write_chunk(json, *trace.chunk); }
    if (trace.waiting) { write_waiting(json, *trace.waiting); }
    if (trace.delivery) { write_delivery(json, *trace.delivery); }
    write_events(json, trace.events);
    if (trace.subscription) { write_subscription(json, *trace.subscription); }
    json.end_object();
    return response;
}

}  // namespace

Result<Response> show_delivery(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    const auto run = find_run(call.db, *id);
    if (!run) { return not_found("no run " + std::to_string(*id)); }
    const std::string& text = call.parameters.back();
    const auto octets = webpush::base64url_decode(text);
    const auto subscription =
        octets ? webpush::to_octets<sizeof(webpush::SubscriptionId)>(*octets) : std::nullopt;
    if (!subscription) { return not_found("not the id of a subscription"); }
    const Trace trace = read_trace(call.db, *run, *subscription);
    if (!trace.subscription && !trace.delivery && !trace.waiting) {
        return not_found("no subscription " + text + " on site " + run->site_name);
    }
    if (!is_in_audience(*run, trace)) {
        return not_found("subscription " + text + " is not in the audience of run " +
                         std::to_string(*id));
    }
    return trace_response(*run, text, trace);
}

}  // namespace webpushd
