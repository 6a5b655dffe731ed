// What becomes of a notification: a payload that fits its platform, whose links verify and lead to
// where the notification says.
#include "webpush/payload.h"

#include "fuzz.h"
#include "webpush/notification_json.h"
#include "webpush/token.h"

namespace {

using webpush::JsonObject;

constexpr std::string_view origin = "https://shop.example";
constexpr std::size_t any = 1 << 20;

const webpush::LinkKeys& keys() {
    static const auto parsed =
        webpush::LinkKeys::parse("1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
    return *parsed;
}

// The page behind a link, absolute as a browser would have it.
std::string opened_by(const JsonObject& json, std::string_view action) {
    constexpr std::string_view before = "https://shop.example/push/c/";
    const std::string_view url = *json.string("navigate", any);
    require(url.starts_with(before));
    const auto link = webpush::verify_click(url.substr(before.size()), "default", keys());
    require(link.has_value() && link->delivery.run == 12 && link->action == action);
    return link->target.starts_with('/') ? std::string(origin) + link->target : link->target;
}

std::string absolute(std::string_view target) {
    if (target == origin) { return std::string(origin) + "/"; }
    return target.starts_with('/') ? std::string(origin) + std::string(target)
                                   : std::string(target);
}

void leads_there(const JsonObject& payload, const webpush::Notification& notification) {
    const auto shown = payload.object("notification");
    require(shown.ok() && *shown->string("title", any) == notification.title);
    require(opened_by(*shown, "") == absolute(notification.target));
    const auto actions = shown->objects_or_none("actions");
    require(actions.ok());
    for (std::size_t i = 0; i < actions->size(); ++i) {
        const webpush::Button& button = notification.buttons.at(i);
        const auto& target = button.target.empty() ? notification.target : button.target;
        require(opened_by((*actions)[i], button.action) == absolute(target));
    }
    const auto ours = payload.object("webpush");
    require(ours.ok() && webpush::verify_delivery(*ours->string("token", any), "default", keys()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto json = reader.parse(input(data, size));
    const auto notification = json ? webpush::read_notification(*json)
                                   : webpush::Result<webpush::Notification>(json.error());
    if (!notification) { return 0; }
    for (const auto platform :
         {webpush::Platform::chrome_desktop, webpush::Platform::firefox_android}) {
        const webpush::PayloadContext context{"default", origin,    "/push/",      "run-12",
                                              12,        {1, 2, 3}, 1'700'000'000, platform};
        const auto payload = webpush::render_payload(*notification, context, keys());
        if (!payload) { continue; }
        require(payload->json.size() <= webpush::max_plaintext_for(platform));
        webpush::JsonReader own;
        const auto rendered = own.parse(payload->json);
        require(rendered.ok());
        leads_there(*rendered, *notification);
    }
    return 0;
}
