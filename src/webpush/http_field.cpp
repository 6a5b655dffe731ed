#include "http_field.h"

#include <algorithm>

namespace webpush {
namespace {

constexpr std::string_view blanks = " \t";

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view without_parameters(std::string_view value) {
    return trim(value.substr(0, value.find(';')));
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a == b ||  // as a rule, and faster told
           std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool is_json_type(std::string_view content_type) {
    return equal_ignoring_case(without_parameters(content_type), "application/json");
}

bool is_prefetch(std::string_view purpose) {
    return equal_ignoring_case(without_parameters(purpose), "prefetch");
}

bool is_origin_of_host(std::string_view origin, std::string_view host, bool is_tls) {
    constexpr std::string_view secure = "https://";
    constexpr std::string_view plain = "http://";
    if (host.empty()) { return false; }
    if (origin.starts_with(secure)) {
        return equal_ignoring_case(origin.substr(secure.size()), host);
    }
    return !is_tls && origin.starts_with(plain) &&
           equal_ignoring_case(origin.substr(plain.size()), host);
}

std::string_view path_on_host(std::string_view location, std::string_view host) {
    if (location.starts_with('/')) { return location; }
    const std::size_t scheme = location.find("://");
    if (scheme == std::string_view::npos) { return {}; }
    location.remove_prefix(scheme + 3);
    const std::string_view authority = location.substr(0, location.find('/'));
    const bool is_own = equal_ignoring_case(authority.substr(0, authority.find(':')), host);
    return is_own ? location.substr(authority.size()) : std::string_view();
}

}  // namespace webpush
