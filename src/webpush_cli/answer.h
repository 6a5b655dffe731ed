// The daemon's answers, read: members that the API promises, with a fallback for what an older
// daemon does not send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "webpush/json_in.h"

namespace webpush_cli {

// One JSON object. Copies what is taken out of it; members of it are valid as long as it lives.
class Answer {
public:
    // Throws Failure when it is no JSON object.
    explicit Answer(std::string_view body);

    const webpush::JsonObject& root() const { return *root_; }

private:
    webpush::JsonReader reader_;
    std::optional<webpush::JsonObject> root_;
};

std::string text(const webpush::JsonObject& json, std::string_view name);  // "" when absent
std::int64_t number(const webpush::JsonObject& json, std::string_view name);  // 0 when absent
std::optional<double> rate(const webpush::JsonObject& json, std::string_view name);
std::vector<webpush::JsonObject> objects(const webpush::JsonObject& json, std::string_view name);
std::vector<std::string> texts(const webpush::JsonObject& json, std::string_view name);

}  // namespace webpush_cli
