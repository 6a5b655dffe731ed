#include "config_value.h"

#include <algorithm>

namespace webpush {
namespace {

constexpr std::size_t max_site_name = 63;
constexpr std::size_t max_edge_id = 64;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Lower-case letters, digits and what is in `also`; not empty.
bool consists_of(std::string_view text, std::string_view also) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [also](char c) {
        return is_lower_or_digit(c) || also.find(c) != std::string_view::npos;
    });
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

bool is_site_name(std::string_view name) {
    return consists_of(name, "-") && name.size() <= max_site_name && name.front() != '-';
}

bool is_edge_id(std::string_view id) {
    return !id.empty() && id.size() <= max_edge_id &&
           std::all_of(id.begin(), id.end(), is_edge_id_character);
}

bool is_edge_id_character(char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
}

bool is_origin(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (text.starts_with(scheme)) { return consists_of(text.substr(scheme.size()), ".-:[]"); }
    }
    return false;
}

bool is_endpoint_host(std::string_view text) { return consists_of(text, ".-"); }

bool is_redirect_target(std::string_view text) {
    const bool is_target =
        text.starts_with("/") || text.starts_with("https://") || text.starts_with("http://");
    return is_target && is_printable(text);
}

}  // namespace webpush
