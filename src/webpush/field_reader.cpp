#include "field_reader.h"

#include <algorithm>
#include <string>

namespace webpush {

std::string_view FieldReader::text(std::string_view name, std::size_t max_length) {
    const std::string_view text = kept(json_.string(name, max_length));
    if (text.empty()) { fail(json_.error(Problem::field_missing, name)); }
    return text;
}

std::string_view FieldReader::text_or_empty(std::string_view name, std::size_t max_length) {
    return kept(json_.string_or(name, {}, max_length));
}

std::string_view FieldReader::line(std::string_view name, std::size_t max_length) {
    const std::string_view line = line_or_empty(name, max_length);
    if (line.empty()) { fail(json_.error(Problem::field_missing, name)); }
    return line;
}

std::string_view FieldReader::line_or_empty(std::string_view name, std::size_t max_length) {
    const std::string_view line = text_or_empty(name, max_length);
    if (has_control_character(line)) {
        fail(json_.error(Problem::field_invalid, name, "control characters"));
    }
    return line;
}

std::int64_t FieldReader::integer(std::string_view name) { return kept(json_.integer(name)); }

std::int64_t FieldReader::integer_between(std::string_view name, std::int64_t low,
                                          std::int64_t high) {
    const std::int64_t number = integer(name);
    if (error_ || (number >= low && number <= high)) { return number; }
    fail(json_.error(Problem::field_invalid, name,
                     "from " + std::to_string(low) + " to " + std::to_string(high)));
    return 0;
}

std::int64_t FieldReader::integer_between_or(std::string_view name, std::int64_t fallback,
                                             std::int64_t low, std::int64_t high) {
    return has(name) ? integer_between(name, low, high) : fallback;
}

double FieldReader::number_or(std::string_view name, double fallback) {
    return kept(json_.number_or(name, fallback), fallback);
}

bool FieldReader::flag(std::string_view name) { return kept(json_.boolean_or(name, false)); }

void FieldReader::fail(Error error) {
    if (!error_) { error_ = std::move(error); }
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

}  // namespace webpush
