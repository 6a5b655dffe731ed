#include "api_call.h"

#include <charconv>
#include <limits>
#include <utility>

namespace webpushd {

webpush::Result<std::int64_t> ApiCall::id() const {
    const auto id = parse_id(parameters.front());
    if (!id) { return not_found("an id is a positive number"); }
    return *id;
}

webpush::Result<std::int64_t> ApiCall::before() const {
    const std::string text = query("before");
    if (text.empty()) { return std::numeric_limits<std::int64_t>::max(); }
    const auto id = parse_id(text);
    if (id) { return *id; }
    return webpush::Error{webpush::Problem::field_invalid, "before", "an id of the list"};
}

std::string ApiCall::query(const std::string& name) const {
    const auto found = request.query.find(name);
    return found == request.query.end() ? std::string() : found->second;
}

std::optional<std::int64_t> parse_id(std::string_view text) {
    const char* end = text.data() + text.size();
    std::int64_t id = 0;
    const auto [stop, failure] = std::from_chars(text.data(), end, id);
    if (failure != std::errc() || stop != end || id <= 0) { return std::nullopt; }
    return id;
}

webpush::Error not_found(std::string detail) {
    return {webpush::Problem::not_found, "", std::move(detail)};
}

}  // namespace webpushd
