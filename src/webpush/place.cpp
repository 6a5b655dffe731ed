#include "place.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "field_reader.h"
#include "json_out.h"

namespace webpush {
namespace {

constexpr double max_latitude = 90;
constexpr double max_longitude = 180;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

char upper(char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) { text.remove_prefix(1); }
    while (text.ends_with(' ')) { text.remove_suffix(1); }
    return text;
}

// Tenths of a degree; nullopt for what is no number or beyond `limit` on either side.
std::optional<int> tenths(std::string_view text, double limit) {
    double degrees = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, degrees, std::chars_format::fixed);
    const bool is_number = parsed.ec == std::errc() && parsed.ptr == end;
    if (!is_number || !(std::abs(degrees) <= limit)) { return std::nullopt; }
    return static_cast<int>(std::lround(degrees * 10));
}

std::string decimal(int number_of_tenths) {
    const int magnitude = std::abs(number_of_tenths);
    return (number_of_tenths < 0 ? "-" : "") + std::to_string(magnitude / 10) + "." +
           std::to_string(magnitude % 10);
}

}  // namespace

std::string country_code(std::string_view text) {
    if (text.size() != 2 || !std::all_of(text.begin(), text.end(), is_letter)) { return {}; }
    const std::string code{upper(text[0]), upper(text[1])};
    return code == "XX" || code == "ZZ" ? std::string() : code;
}

std::string place_name(std::string_view text) {
    const bool is_name =
        text.size() <= max_place_name && !has_control_character(text) && is_utf8(text);
    return is_name ? std::string(text) : std::string();
}

std::string rounded_position(std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) { return {}; }
    const auto latitude = tenths(trim(text.substr(0, comma)), max_latitude);
    const auto longitude = tenths(trim(text.substr(comma + 1)), max_longitude);
    if (!latitude || !longitude || (*latitude == 0 && *longitude == 0)) { return {}; }
    return decimal(*latitude) + "," + decimal(*longitude);
}

}  // namespace webpush
