#include "members.h"

#include <algorithm>

namespace webpushd {

std::optional<webpush::Error> unknown_member(const webpush::JsonObject& json,
                                             std::initializer_list<std::string_view> known) {
    for (const std::string_view name : json.names()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return json.error(webpush::Problem::field_invalid, name, "there is no such member");
        }
    }
    return std::nullopt;
}

}  // namespace webpushd
