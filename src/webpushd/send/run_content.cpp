#include "send/run_content.h"

#include "webpush/json_in.h"
#include "webpush/notification_json.h"

namespace webpushd {

namespace {

// Declarative messages have no page that a path could be relative to.
void make_absolute(webpush::Notification& notification, const std::string& origin) {
    for (std::string* url : {&notification.icon, &notification.image, &notification.badge}) {
        if (url->starts_with('/')) { url->insert(0, origin); }
    }
}

}  // namespace

std::optional<webpush::Notification> read_content(const RunFacts& run, const Site& site) {
    webpush::JsonReader reader;
    const auto json = reader.parse(run.content);
    if (!json) { return std::nullopt; }
    auto notification = webpush::read_notification(*json);
    if (!notification) { return std::nullopt; }
    make_absolute(*notification, site.origin);
    return std::move(*notification);
}

}  // namespace webpushd
