// JSON writing: appends to one string, no tree. Strings are escaped; invalid UTF-8 is replaced by
// U+FFFD, so that what is written is always JSON.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace webpush {

// Usage: JsonWriter json(out); json.begin_object(); json.member("id", id); json.end_object();
// Commas are kept by the writer; correct nesting is the caller's duty.
class JsonWriter {
public:
    // Appends to `out`, which must outlive the writer.
    explicit JsonWriter(std::string& out) : out_(out) {}

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);

    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }
    template <std::integral T>
    void value(T number) {
        integer(static_cast<std::int64_t>(number));
    }
    // Not-a-number and infinities, which JSON lacks, become null.
    void value(double number);
    void value(bool truth);
    void null();
    // Already JSON.
    void raw(std::string_view json);

    template <typename T>
    void member(std::string_view name, const T& v) {
        key(name);
        value(v);
    }
    // Left out when empty.
    void member_if(std::string_view name, std::string_view text) {
        if (!text.empty()) { member(name, text); }
    }
    // In base64url.
    void member_octets(std::string_view name, std::string_view octets);

private:
    void separate();
    void integer(std::int64_t number);

    std::string& out_;
    bool first_ = true;
};

// Well-formed UTF-8 (Unicode table 3-7).
bool is_utf8(std::string_view text);

// `text` as a JSON string with its quotes. Control characters are escaped, so that the result is
// one line whatever the text was (JSON Lines).
void append_json_string(std::string& out, std::string_view text);

}  // namespace webpush
