#include "json_out.h"

#include <charconv>
#include <cmath>

#include "base64url.h"

namespace webpush {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

bool is_continuation(unsigned char c) { return (c & 0xc0) == 0x80; }

// Length of the well-formed UTF-8 sequence (Unicode table 3-7) that `text` starts with, 0 if none.
std::size_t utf8_length(std::string_view text) {
    const auto at = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i])
                               : static_cast<unsigned char>(0);
    };
    const unsigned char lead = at(0);
    const unsigned char second = at(1);
    if (lead < 0x80) { return 1; }
    if (lead < 0xc2 || lead > 0xf4 || !is_continuation(second)) { return 0; }
    if (lead < 0xe0) { return 2; }

    const bool overlong = (lead == 0xe0 && second < 0xa0) || (lead == 0xf0 && second < 0x90);
    const bool surrogate = lead == 0xed && second > 0x9f;
    const bool too_large = lead == 0xf4 && second > 0x8f;
    if (overlong || surrogate || too_large || !is_continuation(at(2))) { return 0; }
    if (lead < 0xf0) { return 3; }
    return is_continuation(at(3)) ? 4 : 0;
}

bool is_plain(char c) { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; }

void append_escaped(std::string& out, char c) {
    constexpr char hex[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default:
            out += "\\u00";
            out += hex[static_cast<unsigned char>(c) >> 4];
            out += hex[static_cast<unsigned char>(c) & 15];
    }
}

// How many octets at the front stand for themselves: of most texts all.
std::size_t plain_length(std::string_view text) {
    std::size_t length = 0;
    while (length < text.size() && is_plain(text[length])) {
        ++length;
    }
    return length;
}

// Both move what they append from the front of `text`.
void append_plain(std::string& out, std::string_view& text) {
    const std::size_t length = plain_length(text);
    out += text.substr(0, length);
    text.remove_prefix(length);
}

void append_character(std::string& out, std::string_view& text) {
    const std::size_t length = utf8_length(text);
    if (length == 1) {
        append_escaped(out, text.front());
    } else if (length == 0) {
        out += replacement;
    } else {
        out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
}

// From the first octet that does not stand for itself.
void append_rest(std::string& out, std::string_view text) {
    while (!text.empty()) {
        append_character(out, text);
        append_plain(out, text);
    }
}

}  // namespace

void JsonWriter::begin_object() {
    separate();
    out_ += '{';
    first_ = true;
}

void JsonWriter::end_object() {
    out_ += '}';
    first_ = false;
}

void JsonWriter::begin_array() {
    separate();
    out_ += '[';
    first_ = true;
}

void JsonWriter::end_array() {
    out_ += ']';
    first_ = false;
}

void JsonWriter::key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true;  // no comma before its value
}

void JsonWriter::value(std::string_view text) {
    separate();
    append_json_string(out_, text);
}

void JsonWriter::member_octets(std::string_view name, std::string_view octets) {
    key(name);
    separate();
    out_ += '"';
    append_base64url(out_, octets);
    out_ += '"';
}

void JsonWriter::value(double number) {
    if (!std::isfinite(number)) { return null(); }
    separate();
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out_.append(digits, end);
}

void JsonWriter::value(bool truth) {
    separate();
    out_ += truth ? "true" : "false";
}

void JsonWriter::null() {
    separate();
    out_ += "null";
}

void JsonWriter::raw(std::string_view json) {
    separate();
    out_ += json;
}

void JsonWriter::separate() {
    if (!first_) { out_ += ','; }
    first_ = false;
}

void JsonWriter::integer(std::int64_t number) {
    separate();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    out_.append(digits, end);
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) { return false; }
        text.remove_prefix(length);
    }
    return true;
}

void append_json_string(std::string& out, std::string_view text) {
    const std::size_t length = plain_length(text);
    const std::size_t begin = out.size();
    out.resize(begin + 1 + length + 1, '"');  // with both quotes, and in one step
    text.copy(out.data() + begin + 1, length);
    if (length < text.size()) {
        out.pop_back();
        append_rest(out, text.substr(length));
        out += '"';
    }
}

}  // namespace webpush
