// Bodies that browsers post to the edge. What is accepted becomes one line of the log that is read
// back as it was written.
#include "fuzz.h"
#include "webpush/log_record.h"
#include "webpush/subscription.h"

namespace {

template <typename Record>
void survives_the_log(const Record& record) {
    std::string line;
    webpush::append_line(line, record);
    require(line.find('\n') == line.size() - 1);

    webpush::JsonReader reader;
    const auto read = webpush::parse_line(reader, line);
    require(read.ok() && std::holds_alternative<Record>(*read));
    std::string again;
    webpush::append_line(again, std::get<Record>(*read));
    require(again == line);
}

// What the edge makes of an event that it takes.
void recorded(const webpush::EventRequest& request) {
    constexpr webpush::SubscriptionId id{};
    if (const auto* receipt = std::get_if<webpush::Receipt>(&request.what)) {
        require(!receipt->token.empty());
    } else if (const auto* prompt = std::get_if<webpush::PromptEvent>(&request.what)) {
        survives_the_log(webpush::PromptRecord{1, "default", prompt->step, id});
    } else if (const auto* track = std::get_if<webpush::TrackEvent>(&request.what)) {
        survives_the_log(webpush::TrackRecord{1, "default", id, *track});
    } else if (const auto* change = std::get_if<webpush::ProfileChange>(&request.what)) {
        survives_the_log(webpush::ProfileRecord{1, "default", id, *change});
    } else if (const auto* claim = std::get_if<webpush::Identification>(&request.what)) {
        require(webpush::is_contact_id(claim->contact));
        survives_the_log(webpush::ContactRecord{1, "default", id, claim->contact});
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto policy = webpush::EndpointPolicy::known_services();
    static webpush::JsonReader reader;
    static webpush::P256Curve curve;
    const std::string_view body = input(data, size);

    const auto subscribe = webpush::parse_subscribe(reader, curve, body, policy);
    if (subscribe) {
        require(subscribe->id == webpush::subscription_id(subscribe->endpoint));
        require(webpush::is_valid_public_key(webpush::view(subscribe->p256dh)));
        survives_the_log(
            webpush::SubscribeRecord{1, "default", webpush::Platform::unknown, *subscribe});
    }
    const auto unsubscribe = webpush::parse_unsubscribe(reader, body);
    if (unsubscribe) { survives_the_log(webpush::UnsubscribeRecord{1, "default", *unsubscribe}); }
    const auto requests = webpush::parse_events(reader, body);
    if (requests) {
        for (const auto& event : requests->events) {
            if (event) { recorded(*event); }
        }
    }
    return 0;
}
