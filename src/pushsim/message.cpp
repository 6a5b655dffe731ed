#include "message.h"

namespace pushsim {
namespace {

constexpr std::size_t max_text = 4096;

}  // namespace

std::optional<Message> read_message(webpush::JsonReader& reader, std::string_view payload) {
    const auto json = reader.parse(payload);
    if (!json) { return std::nullopt; }
    const auto notification = json->object("notification");
    const auto ours = json->object("webpush");
    if (!notification || !ours) { return std::nullopt; }
    const auto title = notification->string("title", max_text);
    const auto link = notification->string("navigate", max_text);
    const auto actions = notification->objects_or_none("actions");
    const auto run = ours->integer("run");
    const auto token = ours->string("token", max_text);
    if (!title || !link || !actions || !run || !token) { return std::nullopt; }

    Message message{*run, std::string(*token), std::string(*link), {}};
    for (const webpush::JsonObject& action : *actions) {
        const auto target = action.string_or("navigate", *link, max_text);
        if (!target) { return std::nullopt; }
        message.buttons.emplace_back(*target);
    }
    return message;
}

}  // namespace pushsim
