// A notification from the API or the database: what is accepted is written as what is read again.
#include "webpush/notification_json.h"

#include "fuzz.h"

namespace {

std::string text_of(const webpush::Notification& notification) {
    std::string text;
    webpush::JsonWriter json(text);
    webpush::write_notification(json, notification);
    return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto json = reader.parse(input(data, size));
    if (!json) { return 0; }
    const auto notification = webpush::read_notification(*json);
    if (!notification) { return 0; }
    const std::string text = text_of(*notification);
    const auto again = reader.parse(text);
    require(again.ok());
    const auto read = webpush::read_notification(*again);
    require(read.ok() && text_of(*read) == text);
    return 0;
}
