// Reads the members of one JSON object one after the other and keeps the first error, so that a
// format's reading is a list of its members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base64url.h"
#include "json_in.h"
#include "octets.h"

namespace webpush {

// After the first error every further member reads as empty or 0. `json` must outlive the reader;
// texts are valid as long as the JsonReader's document.
class FieldReader {
public:
    explicit FieldReader(const JsonObject& json) : json_(json) {}

    // Required; field_missing also when empty. `max_length` in octets.
    std::string_view text(std::string_view name, std::size_t max_length);
    // Empty when absent.
    std::string_view text_or_empty(std::string_view name, std::size_t max_length);
    // As the two above; refuses control characters, which no text of one line has (field_invalid).
    std::string_view line(std::string_view name, std::size_t max_length);
    std::string_view line_or_empty(std::string_view name, std::size_t max_length);

    std::int64_t integer(std::string_view name);
    // field_invalid outside of low..high; `fallback` when absent.
    std::int64_t integer_between(std::string_view name, std::int64_t low, std::int64_t high);
    std::int64_t integer_between_or(std::string_view name, std::int64_t fallback, std::int64_t low,
                                    std::int64_t high);
    double number_or(std::string_view name, double fallback);
    bool flag(std::string_view name);

    // Required octets in base64url.
    template <std::size_t N>
    Octets<N> octets(std::string_view name) {
        constexpr std::size_t max_text = 2 * N;  // base64url has 4/3 of it
        const auto bytes = base64url_decode(text(name, max_text));
        const auto octets = bytes ? to_octets<N>(*bytes) : std::nullopt;
        if (!octets) { fail(json_.error(Problem::field_invalid, name)); }
        return octets.value_or(Octets<N>{});
    }

    bool has(std::string_view name) const { return json_.has(name); }
    const JsonObject& json() const { return json_; }

    // Kept unless there is an error already.
    void fail(Error error);
    template <typename T>
    T kept(Result<T> member, T fallback = {}) {
        if (member) { return std::move(*member); }
        fail(std::move(member.error()));
        return fallback;
    }

    const std::optional<Error>& error() const { return error_; }

    // What was filled meanwhile, unless there was an error.
    template <typename T, typename From>
    Result<T> finish(From&& value) {
        if (error_) { return std::move(*error_); }
        return T(std::forward<From>(value));
    }

private:
    const JsonObject& json_;
    std::optional<Error> error_;
};

// True when a text has C0 controls or DEL.
bool has_control_character(std::string_view text);

}  // namespace webpush
