// check_notification() of payload.h.
#include <algorithm>
#include <optional>

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

// A member that is wrong, and what is expected there.
struct Fault {
    std::string member;
    std::string_view expected;
};

constexpr std::string_view a_line = "one line without control characters";
constexpr std::string_view a_text = "text without control characters";
constexpr std::string_view an_address =
    "a path (/offers) or an https address, at most 1024 octets, without spaces and quotes";
constexpr std::string_view a_tag = "a language tag (en, de-AT)";
constexpr std::string_view a_name = "a name of at most 32 letters, digits, '-' and '_'";
constexpr std::string_view another_name = "a name of its own";
constexpr std::string_view few_buttons = "at most 2 buttons";

std::optional<Fault> fault_of(const Button& button) {
    if (!is_action(button.action)) { return Fault{"action", a_name}; }
    if (button.title.empty() || !is_text(button.title, false)) { return Fault{"title", a_line}; }
    if (!button.target.empty() && !is_target(button.target)) { return Fault{"target", an_address}; }
    return std::nullopt;
}

std::optional<Fault> fault_of(const std::vector<Button>& buttons) {
    if (buttons.size() > max_buttons) { return Fault{"buttons", few_buttons}; }
    if (buttons.size() == max_buttons && buttons[0].action == buttons[1].action) {
        return Fault{"buttons[1].action", another_name};
    }
    for (std::size_t i = 0; i < buttons.size(); ++i) {
        if (const auto fault = fault_of(buttons[i])) {
            return Fault{"buttons[" + std::to_string(i) + "]." + fault->member, fault->expected};
        }
    }
    return std::nullopt;
}

std::optional<Fault> fault_of_picture(std::string_view member, std::string_view address) {
    if (address.empty() || is_target(address)) { return std::nullopt; }
    return Fault{std::string(member), an_address};
}

std::optional<Fault> fault_of(const Notification& notification) {
    if (!is_text(notification.title, false)) { return Fault{"title", a_line}; }
    if (!is_text(notification.body, true)) { return Fault{"body", a_text}; }
    if (!is_target(notification.target)) { return Fault{"target", an_address}; }
    if (auto fault = fault_of_picture("icon", notification.icon)) { return fault; }
    if (auto fault = fault_of_picture("image", notification.image)) { return fault; }
    if (auto fault = fault_of_picture("badge", notification.badge)) { return fault; }
    if (!is_language(notification.language)) { return Fault{"language", a_tag}; }
    return fault_of(notification.buttons);
}

}  // namespace

Result<Notification> check_notification(Notification notification) {
    if (notification.title.empty()) { return Error{Problem::field_missing, "title", ""}; }
    if (notification.target.empty()) { return Error{Problem::field_missing, "target", ""}; }
    if (const auto fault = fault_of(notification)) {
        return Error{Problem::field_invalid, fault->member, std::string(fault->expected)};
    }
    return notification;
}

}  // namespace webpush
