#include "properties.h"

#include <algorithm>

namespace webpush {
namespace {

constexpr std::size_t max_name_length = 32;
constexpr std::size_t max_tag_length = 64;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_known(const Properties& properties, std::string_view name) {
    return std::any_of(properties.begin(), properties.end(),
                       [name](const Property& property) { return property.name == name; });
}

Result<Property> read_property(const JsonObject& json, std::string_view name, NullValues nulls) {
    std::string value = json.raw(name).value_or("null");
    if (value.starts_with('{') || value.starts_with('[')) {
        return json.error(Problem::field_type, name, "a text, a number, true or false is expected");
    }
    if (value == "null" && nulls == NullValues::refused) {
        return json.error(Problem::field_type, name, "null is not a value here");
    }
    if (value.size() > max_property_value) {
        return json.error(Problem::field_too_long, name,
                          "at most " + std::to_string(max_property_value) + " octets as JSON");
    }
    return Property{std::string(name), std::move(value)};
}

}  // namespace

Result<Properties> read_properties(const JsonObject& json, std::string_view name,
                                   NullValues nulls) {
    Properties properties;
    if (!json.has(name)) { return properties; }
    const auto object = json.object(name);
    if (!object) { return object.error(); }
    for (std::string_view member : object->names()) {
        if (properties.size() == max_properties) {
            return json.error(Problem::field_invalid, name,
                              "at most " + std::to_string(max_properties) + " properties");
        }
        if (!is_property_name(member)) {
            return json.error(Problem::field_invalid, name, "names are [a-z][a-z0-9_]{0,31}");
        }
        if (is_known(properties, member)) {
            return json.error(Problem::field_invalid, name, "a name comes twice");
        }
        auto property = read_property(*object, member, nulls);
        if (!property) { return property.error(); }
        properties.push_back(std::move(*property));
    }
    return properties;
}

void write_properties(JsonWriter& json, std::string_view name, const Properties& properties) {
    if (properties.empty()) { return; }
    json.key(name);
    json.begin_object();
    for (const Property& property : properties) {
        json.key(property.name);
        json.raw(property.value);
    }
    json.end_object();
}

bool is_property_name(std::string_view name) {
    return !name.empty() && name.size() <= max_name_length && is_lower(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_tag(std::string_view tag) {
    constexpr std::string_view marks = "_.:/-";
    return !tag.empty() && tag.size() <= max_tag_length &&
           (is_lower(tag.front()) || is_digit(tag.front())) &&
           std::all_of(tag.begin(), tag.end(), [&](char c) {
               return is_lower(c) || is_digit(c) || marks.find(c) != std::string_view::npos;
           });
}

}  // namespace webpush
