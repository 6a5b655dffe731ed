#include "notification_json.h"

#include <utility>

#include "token.h"

namespace webpush {
namespace {

// Far above what a browser shows: the whole payload is at most 4 kB.
constexpr std::size_t max_text = 2000;
constexpr std::size_t max_language = 35;  // RFC 5646 section 4.4.1

// Copies members of one object; keeps the first error, so that the list of members stays readable.
class MemberReader {
public:
    explicit MemberReader(const JsonObject& json) : json_(json) {}

    void required(std::string_view name, std::string& to, std::size_t max_length) {
        take(json_.string(name, max_length), to);
    }
    void optional(std::string_view name, std::string& to, std::size_t max_length) {
        take(json_.string_or(name, {}, max_length), to);
    }
    void optional(std::string_view name, bool& to) { take(json_.boolean_or(name, false), to); }

    bool ok() const { return ok_; }
    Error error() const { return error_; }

private:
    template <typename From, typename To>
    void take(const Result<From>& member, To& to) {
        if (member.ok()) {
            to = *member;
        } else if (ok_) {
            error_ = member.error();
            ok_ = false;
        }
    }

    const JsonObject& json_;
    Error error_;
    bool ok_ = true;
};

Result<Button> read_button(const JsonObject& json) {
    Button button;
    MemberReader member(json);
    member.required("action", button.action, max_action_length);
    member.required("title", button.title, max_text);
    member.optional("target", button.target, max_target_length);
    if (!member.ok()) { return member.error(); }
    return button;
}

}  // namespace

Result<Notification> read_notification(const JsonObject& json) {
    Notification notification;
    MemberReader member(json);
    member.required("title", notification.title, max_text);
    member.optional("body", notification.body, max_text);
    member.required("target", notification.target, max_target_length);
    member.optional("icon", notification.icon, max_target_length);
    member.optional("image", notification.image, max_target_length);
    member.optional("badge", notification.badge, max_target_length);
    member.optional("language", notification.language, max_language);
    member.optional("silent", notification.silent);
    member.optional("require_interaction", notification.require_interaction);
    if (!member.ok()) { return member.error(); }

    auto buttons = json.objects_or_none("buttons");
    if (!buttons.ok()) { return buttons.error(); }
    for (const JsonObject& object : *buttons) {
        auto button = read_button(object);
        if (!button.ok()) { return button.error(); }
        notification.buttons.push_back(std::move(*button));
    }
    auto checked = check_notification(std::move(notification));
    if (!checked.ok()) {  // it names the member, `json` knows where that is
        const Error& error = checked.error();
        return json.error(error.problem, error.field, error.detail);
    }
    return checked;
}

void write_notification(JsonWriter& json, const Notification& notification) {
    json.begin_object();
    json.member("title", notification.title);
    json.member_if("body", notification.body);
    json.member("target", notification.target);
    json.member_if("icon", notification.icon);
    json.member_if("image", notification.image);
    json.member_if("badge", notification.badge);
    json.member_if("language", notification.language);
    if (notification.silent) { json.member("silent", true); }
    if (notification.require_interaction) { json.member("require_interaction", true); }
    if (!notification.buttons.empty()) {
        json.key("buttons");
        json.begin_array();
        for (const Button& button : notification.buttons) {
            json.begin_object();
            json.member("action", button.action);
            json.member("title", button.title);
            json.member_if("target", button.target);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
}

}  // namespace webpush
