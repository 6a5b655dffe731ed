#include "refusal.h"

#include <charconv>
#include <optional>
#include <string>

#include "terminal.h"
#include "webpush/json_in.h"

namespace webpush_cli {
namespace {

using webpush::JsonObject;
using webpush::JsonReader;

constexpr std::size_t max_text = 4096;
constexpr std::size_t max_shown = 200;

struct Hint {
    std::string_view code;
    std::string_view text;
};

constexpr Hint hints[] = {
    {"contact_missing", "webpush site set NAME --contact mailto:you@shop.example"},
    {"not_found", "What there is: webpush site list, webpush campaign list, webpush run list"},
    {"unavailable", "webpushd has lost its database for now; its log says more. Try again later."},
    {"forbidden", "Only root and the user of webpushd may: use sudo."},
};

std::string_view hint_for(std::string_view code) {
    for (const Hint& hint : hints) {
        if (hint.code == code) { return hint.text; }
    }
    return {};
}

std::string text_or_empty(const JsonObject& json, std::string_view name) {
    const auto text = json.string_or(name, "", max_text);
    return text.ok() ? printable(*text) : std::string();
}

// The object that one part of a field's path stands for: "message" or "buttons[1]".
std::optional<JsonObject> descend(const JsonObject& json, std::string_view part) {
    const std::size_t bracket = part.find('[');
    if (bracket == std::string_view::npos) {
        auto object = json.object(part);
        return object.ok() ? std::optional(*object) : std::nullopt;
    }
    std::size_t index = 0;
    std::from_chars(part.data() + bracket + 1, part.data() + part.size(), index);
    const auto objects = json.objects_or_none(part.substr(0, bracket));
    if (!objects.ok() || index >= objects->size()) { return std::nullopt; }
    return (*objects)[index];
}

// What was sent as `field`, as JSON; "" when nothing was.
std::string value_at(std::string_view sent, std::string_view field) {
    JsonReader reader;
    const auto root = reader.parse(sent);
    if (!root.ok()) { return {}; }
    std::optional<JsonObject> object = *root;
    for (std::size_t dot = field.find('.'); dot != std::string_view::npos; dot = field.find('.')) {
        object = descend(*object, field.substr(0, dot));
        if (!object) { return {}; }
        field.remove_prefix(dot + 1);
    }
    std::string value = object->raw(field).value_or("");
    if (value.size() > max_shown) { value = value.substr(0, max_shown) + "..."; }
    return value;
}

std::string in_words(const JsonObject& problem, std::string_view sent) {
    const std::string field = text_or_empty(problem, "field");
    const std::string detail = text_or_empty(problem, "detail");
    std::string words = field;
    const std::string value = value_at(sent, field);
    if (!value.empty()) { words += " " + value; }
    if (!words.empty()) { words += ": "; }
    return words + (detail.empty() ? text_or_empty(problem, "title") : detail);
}

}  // namespace

Failure refusal(std::string_view problem, long status, std::string_view sent) {
    JsonReader reader;
    const auto json = reader.parse(problem);
    if (!json.ok()) {
        return Failure("webpushd answered with status " + std::to_string(status));
    }
    const std::string code = text_or_empty(*json, "code");
    std::string words = in_words(*json, sent) + " (" + code + ")";
    const std::string_view hint = hint_for(code);
    if (!hint.empty()) { words.append("\n").append(hint); }
    return Failure(words);
}

}  // namespace webpush_cli
