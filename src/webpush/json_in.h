// JSON reading: simdjson's DOM behind the few calls that the project needs, each failure an Error
// that names the field. Depth and size are capped; the whole document is validated.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result.h"

namespace webpush {

class JsonObject;

// Owns a parser and its buffers, reused from call to call. One thread at a time.
class JsonReader {
public:
    JsonReader();
    ~JsonReader();
    JsonReader(JsonReader&&) noexcept;

    // One JSON object and nothing else; nesting at most 8 deep. Everything taken from the result is
    // valid until the next parse(). Error: malformed_json.
    Result<JsonObject> parse(std::string_view text);

private:
    struct State;
    std::unique_ptr<State> state_;
};

// One object of a parsed document. Views point into the reader.
// `field` paths in errors are written from the root: "subscription.keys.auth".
class JsonObject {
public:
    bool has(std::string_view name) const;  // present and not null

    // Required members: field_missing when absent or null, field_type, field_too_long (octets).
    Result<std::string_view> string(std::string_view name, std::size_t max_length) const;
    Result<std::int64_t> integer(std::string_view name) const;
    Result<JsonObject> object(std::string_view name) const;

    // Optional members: the fallback when absent or null; still field_type / field_too_long.
    Result<std::string_view> string_or(std::string_view name, std::string_view fallback,
                                       std::size_t max_length) const;
    Result<std::int64_t> integer_or(std::string_view name, std::int64_t fallback) const;
    Result<double> number_or(std::string_view name, double fallback) const;
    Result<bool> boolean_or(std::string_view name, bool fallback) const;
    // Objects of an array member; empty when absent.
    Result<std::vector<JsonObject>> objects_or_none(std::string_view name) const;
    // Strings of an array member; empty when absent.
    Result<std::vector<std::string_view>> strings_or_none(std::string_view name) const;

    // Integers of an array member; empty when absent.
    Result<std::vector<std::int64_t>> integers_or_none(std::string_view name) const;

    // Names of all members, in the document's order.
    std::vector<std::string_view> names() const;

    // The member's value as compact JSON text (any type); nullopt when absent.
    std::optional<std::string> raw(std::string_view name) const;

    // A refusal of the member's value: `problem` at its path.
    Error error(Problem problem, std::string_view name, std::string detail = {}) const;

private:
    friend class JsonReader;
    struct Element {  // a simdjson::dom::object, without its header
        alignas(8) unsigned char bytes[16];
    };

    JsonObject(const Element& element, std::string path);

    Element element_;
    std::string path_;
};

}  // namespace webpush
