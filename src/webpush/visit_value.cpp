#include "visit_value.h"

#include <algorithm>

#include "field_reader.h"

namespace webpush {
namespace {

constexpr std::size_t max_whole_digits = 12;
constexpr std::size_t max_fraction_digits = 6;

bool is_digits(std::string_view text, std::size_t max_length) {
    return !text.empty() && text.size() <= max_length &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view visit_text(std::string_view text) {
    return text.size() > max_visit_text || has_control_character(text) ? std::string_view() : text;
}

std::string_view visit_amount(std::string_view text) {
    const std::size_t point = text.find('.');
    const bool has_fraction = point != std::string_view::npos;
    const bool valid = is_digits(text.substr(0, point), max_whole_digits) &&
                       (!has_fraction || is_digits(text.substr(point + 1), max_fraction_digits));
    return valid ? text : std::string_view();
}

}  // namespace webpush
