// check_notification() of payload.h.
#include <algorithm>

#include "payload.h"
#include "token.h"

namespace webpush {
namespace {

constexpr std::size_t max_buttons = 2;  // what browsers show (Notification.maxActions)

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

// One line of text; `body` may also have line breaks.
bool is_text(std::string_view text, bool line_breaks) {
    return std::none_of(text.begin(), text.end(), [line_breaks](char c) {
        return is_control(c) && !(line_breaks && c == '\n');
    });
}

// "/path" or "https://host...". Not "//host" or "/\host", which browsers read as another host, and
// nothing that could end a Location header or an attribute.
bool is_target(std::string_view url) {
    const bool odd = std::any_of(url.begin(), url.end(), [](char c) {
        return is_control(c) || c == ' ' || c == '"' || c == '<' || c == '>' || c == '\\';
    });
    if (odd || url.size() > max_target_length) { return false; }
    if (url.starts_with('/')) { return !url.starts_with("//"); }

    constexpr std::string_view https = "https://";
    if (!url.starts_with(https)) { return false; }
    const std::string_view rest = url.substr(https.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    return !authority.empty() && authority.find('@') == std::string_view::npos;
}

bool is_action(std::string_view action) {
    return !action.empty() && action.size() <= max_action_length &&
           std::all_of(action.begin(), action.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

bool is_language(std::string_view tag) {
    return std::all_of(tag.begin(), tag.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    });
}

// "" when the button is good, else the name of its wrong member.
std::string_view fault_of(const Button& button) {
    if (!is_action(button.action)) { return "action"; }
    if (button.title.empty() || !is_text(button.title, false)) { return "title"; }
    if (!button.target.empty() && !is_target(button.target)) { return "target"; }
    return "";
}

std::string fault_of_buttons(const std::vector<Button>& buttons) {
    if (buttons.size() > max_buttons) { return "buttons"; }
    if (buttons.size() == max_buttons && buttons[0].action == buttons[1].action) {
        return "buttons[1].action";
    }
    for (std::size_t i = 0; i < buttons.size(); ++i) {
        const std::string_view fault = fault_of(buttons[i]);
        if (!fault.empty()) { return "buttons[" + std::to_string(i) + "]." + std::string(fault); }
    }
    return "";
}

std::string fault_of(const Notification& notification) {
    if (!is_text(notification.title, false)) { return "title"; }
    if (!is_text(notification.body, true)) { return "body"; }
    if (!is_target(notification.target)) { return "target"; }
    if (!notification.icon.empty() && !is_target(notification.icon)) { return "icon"; }
    if (!notification.image.empty() && !is_target(notification.image)) { return "image"; }
    if (!notification.badge.empty() && !is_target(notification.badge)) { return "badge"; }
    if (!is_language(notification.language)) { return "language"; }
    return fault_of_buttons(notification.buttons);
}

}  // namespace

Result<Notification> check_notification(Notification notification) {
    if (notification.title.empty()) { return Error{Problem::field_missing, "title", ""}; }
    if (notification.target.empty()) { return Error{Problem::field_missing, "target", ""}; }
    const std::string fault = fault_of(notification);
    if (!fault.empty()) { return Error{Problem::field_invalid, fault, ""}; }
    return notification;
}

}  // namespace webpush
