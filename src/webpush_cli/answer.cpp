#include "answer.h"

#include <utility>

#include "failure.h"

namespace webpush_cli {
namespace {

constexpr std::size_t max_text = 1 << 20;

}  // namespace

Answer::Answer(std::string_view body) {
    auto root = reader_.parse(body);
    if (!root.ok()) { throw Failure("webpushd's answer is not JSON; is it a newer version?"); }
    root_ = std::move(*root);
}

std::string text(const webpush::JsonObject& json, std::string_view name) {
    const auto value = json.string_or(name, "", max_text);
    return value.ok() ? std::string(*value) : std::string();
}

std::int64_t number(const webpush::JsonObject& json, std::string_view name) {
    const auto value = json.integer_or(name, 0);
    return value.ok() ? *value : 0;
}

std::optional<double> rate(const webpush::JsonObject& json, std::string_view name) {
    if (!json.has(name)) { return std::nullopt; }
    const auto value = json.number_or(name, 0);
    return value.ok() ? std::optional(*value) : std::nullopt;
}

std::vector<webpush::JsonObject> objects(const webpush::JsonObject& json, std::string_view name) {
    auto value = json.objects_or_none(name);
    return value.ok() ? std::move(*value) : std::vector<webpush::JsonObject>();
}

std::vector<std::string> texts(const webpush::JsonObject& json, std::string_view name) {
    const auto value = json.strings_or_none(name);
    if (!value.ok()) { return {}; }
    return {value->begin(), value->end()};
}

}  // namespace webpush_cli
