#include "json_in.h"

#include <simdjson.h>

#include <bit>

namespace webpush {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_depth = 8;
constexpr std::size_t max_size = 1 << 20;

std::string member_path(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string element_path(const std::string& path, std::string_view name, std::size_t index) {
    return member_path(path, name) + "[" + std::to_string(index) + "]";
}

// The member, or nullopt when it is absent or null.
std::optional<dom::element> find(const dom::object& object, std::string_view name) {
    dom::element member;
    if (object.at_key(name).get(member) != simdjson::SUCCESS || member.is_null()) {
        return std::nullopt;
    }
    return member;
}

// `path` makes the text that says where; called only for an error.
template <typename Path>
Result<std::string_view> to_string(const dom::element& element, Path path, std::size_t max_length) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS) {
        return Error{Problem::field_type, path(), "a string is expected"};
    }
    if (text.size() > max_length) {
        return Error{Problem::field_too_long, path(),
                     "at most " + std::to_string(max_length) + " octets"};
    }
    return text;
}

}  // namespace

struct JsonReader::State {
    State() {
        // Fixes the depth for the parser's life; the capacity grows with the documents.
        constexpr std::size_t root_too = 1;  // simdjson counts the document as a level
        ready = parser.allocate(4096, max_depth + root_too) == simdjson::SUCCESS;
    }

    dom::parser parser{max_size};
    std::string padded;  // the document and the octets that simdjson may read behind it
    bool ready = false;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;

Result<JsonObject> JsonReader::parse(std::string_view text) {
    const Error malformed{Problem::malformed_json, "", ""};
    if (!state_->ready || text.size() > max_size) { return malformed; }

    std::string& padded = state_->padded;
    padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    padded.assign(text);

    dom::object root;
    constexpr bool copy_again = false;
    if (state_->parser.parse(padded.data(), text.size(), copy_again).get(root) !=
        simdjson::SUCCESS) {
        return malformed;
    }
    return JsonObject(std::bit_cast<JsonObject::Element>(root), {});
}

JsonObject::JsonObject(const Element& element, std::string path)
    : element_(element), path_(std::move(path)) {}

bool JsonObject::has(std::string_view name) const {
    return find(std::bit_cast<dom::object>(element_), name).has_value();
}

Error JsonObject::error(Problem problem, std::string_view name, std::string detail) const {
    return {problem, member_path(path_, name), std::move(detail)};
}

Result<std::string_view> JsonObject::string(std::string_view name, std::size_t max_length) const {
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return error(Problem::field_missing, name); }
    return to_string(
        *member, [&] { return member_path(path_, name); }, max_length);
}

Result<std::int64_t> JsonObject::integer(std::string_view name) const {
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return error(Problem::field_missing, name); }
    std::int64_t number = 0;
    if (member->get(number) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "an integer is expected");
    }
    return number;
}

Result<JsonObject> JsonObject::object(std::string_view name) const {
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return error(Problem::field_missing, name); }
    dom::object object;
    if (member->get(object) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "an object is expected");
    }
    return JsonObject(std::bit_cast<Element>(object), member_path(path_, name));
}

Result<std::string_view> JsonObject::string_or(std::string_view name, std::string_view fallback,
                                               std::size_t max_length) const {
    return has(name) ? string(name, max_length) : fallback;
}

Result<std::int64_t> JsonObject::integer_or(std::string_view name, std::int64_t fallback) const {
    return has(name) ? integer(name) : fallback;
}

Result<double> JsonObject::number_or(std::string_view name, double fallback) const {
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return fallback; }
    double number = 0;
    if (member->get(number) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "a number is expected");
    }
    return number;
}

Result<bool> JsonObject::boolean_or(std::string_view name, bool fallback) const {
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return fallback; }
    bool truth = false;
    if (member->get(truth) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "true or false is expected");
    }
    return truth;
}

Result<std::vector<JsonObject>> JsonObject::objects_or_none(std::string_view name) const {
    std::vector<JsonObject> objects;
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return objects; }
    dom::array array;
    if (member->get(array) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "an array is expected");
    }
    for (const dom::element element : array) {
        std::string path = element_path(path_, name, objects.size());
        dom::object object;
        if (element.get(object) != simdjson::SUCCESS) {
            return Error{Problem::field_type, std::move(path), "an object is expected"};
        }
        objects.push_back(JsonObject(std::bit_cast<Element>(object), std::move(path)));
    }
    return objects;
}

Result<std::vector<std::string_view>> JsonObject::strings_or_none(std::string_view name) const {
    std::vector<std::string_view> strings;
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return strings; }
    dom::array array;
    if (member->get(array) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "an array is expected");
    }
    for (const dom::element element : array) {
        const auto path = [&] { return element_path(path_, name, strings.size()); };
        const auto text = to_string(element, path, max_size);
        if (!text) { return text.error(); }
        strings.push_back(*text);
    }
    return strings;
}

Result<std::vector<std::int64_t>> JsonObject::integers_or_none(std::string_view name) const {
    std::vector<std::int64_t> integers;
    const auto member = find(std::bit_cast<dom::object>(element_), name);
    if (!member) { return integers; }
    dom::array array;
    if (member->get(array) != simdjson::SUCCESS) {
        return error(Problem::field_type, name, "an array is expected");
    }
    for (const dom::element element : array) {
        std::int64_t number = 0;
        if (element.get(number) != simdjson::SUCCESS) {
            return Error{Problem::field_type, element_path(path_, name, integers.size()),
                         "an integer is expected"};
        }
        integers.push_back(number);
    }
    return integers;
}

std::vector<std::string_view> JsonObject::names() const {
    std::vector<std::string_view> names;
    for (const dom::key_value_pair member : std::bit_cast<dom::object>(element_)) {
        names.push_back(member.key);
    }
    return names;
}

std::optional<std::string> JsonObject::raw(std::string_view name) const {
    dom::element member;
    if (std::bit_cast<dom::object>(element_).at_key(name).get(member) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return simdjson::to_string(member);
}

}  // namespace webpush
