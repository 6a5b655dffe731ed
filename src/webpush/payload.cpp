#include "payload.h"

#include <algorithm>

#include "base64url.h"
#include "json_out.h"
#include "token.h"

namespace webpush {
namespace {

constexpr int declarative_version = 8030;  // the number of the Web Push RFC
constexpr int worker_version = 1;
constexpr std::size_t topic_octets = 24;

// A click link into the site's own origin is stored as a path: shorter, and it goes along when the
// site moves. Not when the path would begin with "//", which browsers read as another host.
std::string_view stored_target(std::string_view target, std::string_view origin) {
    if (!target.starts_with(origin)) { return target; }
    const std::string_view path = target.substr(origin.size());
    if (path.empty()) { return "/"; }
    return path.starts_with('/') && !path.starts_with("//") ? path : target;
}

// Writes one payload; the parts that can be left out are left out by `with`.
struct Parts {
    bool buttons = true;
    bool image = true;
};

class Renderer {
public:
    Renderer(const Notification& notification, const PayloadContext& context, const LinkKeys& keys)
        : notification_(notification),
          context_(context),
          keys_(keys),
          delivery_{context.run, context.subscription, context.issued} {}

    std::string render(const Parts& with) const {
        std::string out;
        JsonWriter json(out);
        json.begin_object();
        json.member("web_push", declarative_version);
        json.key("notification");
        write_notification_member(json, with);
        json.key("webpush");
        json.begin_object();
        json.member("v", worker_version);
        json.member("run", context_.run);
        json.member("token", sign(delivery_, context_.site, keys_));
        json.end_object();
        json.end_object();
        return out;
    }

private:
    void write_notification_member(JsonWriter& json, const Parts& with) const {
        json.begin_object();
        json.member("title", notification_.title);
        json.member("navigate", click_link({}, notification_.target));
        json.member_if("body", notification_.body);
        json.member_if("lang", notification_.language);
        json.member("dir", "auto");
        json.member_if("tag", context_.tag);
        json.member_if("icon", notification_.icon);
        if (with.image) { json.member_if("image", notification_.image); }
        json.member_if("badge", notification_.badge);
        if (notification_.silent) { json.member("silent", true); }
        if (notification_.require_interaction) { json.member("require_interaction", true); }
        if (with.buttons && !notification_.buttons.empty()) { write_actions(json); }
        json.end_object();
    }

    void write_actions(JsonWriter& json) const {
        json.key("actions");
        json.begin_array();
        for (const Button& button : notification_.buttons) {
            const std::string& target =
                button.target.empty() ? notification_.target : button.target;
            json.begin_object();
            json.member("action", button.action);
            json.member("title", button.title);
            json.member("navigate", click_link(button.action, target));
            json.end_object();
        }
        json.end_array();
    }

    // Absolute, as declarative web push wants it.
    std::string click_link(std::string_view action, std::string_view target) const {
        const ClickLink link{delivery_, std::string(action),
                             std::string(stored_target(target, context_.origin))};
        std::string url(context_.origin);
        url += context_.push_path;
        url += "c/";
        return url + sign(link, context_.site, keys_);
    }

    const Notification& notification_;
    const PayloadContext& context_;
    const LinkKeys& keys_;
    DeliveryToken delivery_;
};

}  // namespace

Result<Payload> render_payload(const Notification& notification, const PayloadContext& context,
                               const LinkKeys& keys) {
    const Renderer renderer(notification, context, keys);
    const std::size_t limit = max_plaintext_for(context.platform);

    Payload payload{renderer.render({}), ""};
    if (payload.json.size() > limit && !notification.buttons.empty()) {
        payload = {renderer.render({.buttons = false}), "buttons"};
    }
    if (payload.json.size() > limit && !notification.image.empty()) {
        payload = {renderer.render({.buttons = false, .image = false}), "image"};
    }
    if (payload.json.size() > limit) {
        return Error{Problem::body_too_large, "",
                     "the text does not fit into " + std::to_string(limit) + " octets"};
    }
    return payload;
}

std::string topic(std::string_view site_secret, std::string_view collapse_key,
                  const SubscriptionId& subscription) {
    constexpr std::string_view zero("\0", 1);
    const Octets<32> mac = HmacSha256(site_secret).mac({collapse_key, zero, view(subscription)});
    return base64url(view(mac).substr(0, topic_octets));
}

}  // namespace webpush
