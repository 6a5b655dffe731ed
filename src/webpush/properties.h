// Properties: a small flat object of names and scalar values that a page hands over with an event,
// or as attributes of a subscription. Checked once at the edge, then carried as JSON text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "json_in.h"
#include "json_out.h"
#include "result.h"

namespace webpush {

struct Property {
    std::string name;   // [a-z][a-z0-9_]{0,31}
    std::string value;  // compact JSON: a string, a number, true, false; null where allowed
};
using Properties = std::vector<Property>;  // in the page's order, names distinct

inline constexpr std::size_t max_properties = 16;
inline constexpr std::size_t max_property_value = 256;  // octets of the JSON text

enum class NullValues { refused, allowed };  // allowed: null removes an attribute

// The object member `name`; none when it is absent. Errors: field_type, field_too_long,
// field_invalid, each with the property's path.
Result<Properties> read_properties(const JsonObject& json, std::string_view name, NullValues nulls);

// The member `name`, left out when there are none.
void write_properties(JsonWriter& json, std::string_view name, const Properties& properties);

// Names of properties, of events and of tags: [a-z][a-z0-9_]{0,31}.
bool is_property_name(std::string_view name);

// Tags are freer, as they are made from sections and products: 1..64 of [a-z0-9_.:/-], beginning
// with a letter or digit.
bool is_tag(std::string_view tag);

}  // namespace webpush
