// Bodies that browsers post to the edge. What is accepted becomes one line of the log that is read
// back as it was written.
#include "webpush/subscription.h"

#include "fuzz.h"
#include "webpush/log_record.h"

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

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto policy = webpush::EndpointPolicy::known_services();
    static webpush::JsonReader reader;
    const std::string_view body = input(data, size);

    const auto subscribe = webpush::parse_subscribe(reader, body, policy);
    if (subscribe) {
        require(subscribe->id == webpush::subscription_id(subscribe->endpoint));
        require(webpush::is_valid_public_key(webpush::view(subscribe->p256dh)));
        survives_the_log(
            webpush::SubscribeRecord{1, "default", webpush::Platform::unknown, *subscribe});
    }
    const auto unsubscribe = webpush::parse_unsubscribe(reader, body);
    if (unsubscribe) { survives_the_log(webpush::UnsubscribeRecord{1, "default", *unsubscribe}); }
    const auto event = webpush::parse_event(reader, body);
    require(!event || !event->token.empty());
    return 0;
}
