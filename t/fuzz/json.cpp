// JSON from anywhere. What is read is written again by our own writer, and read as the same.
#include <algorithm>
#include <array>

#include "fuzz.h"
#include "webpush/json_in.h"
#include "webpush/json_out.h"

namespace {

using webpush::JsonObject;

// Every member, with its name as JsonWriter writes it and its value as the reader gives it.
std::string rewritten(const JsonObject& object) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    for (const std::string_view name : object.names()) {
        json.key(name);
        json.raw(object.raw(name).value());
    }
    json.end_object();
    return text;
}

// What is there has one type at most, and a refusal names the member.
void has_one_type(const JsonObject& object, std::string_view name) {
    constexpr std::size_t any = 1 << 20;
    const auto text = object.string(name, any);
    const std::array types = {text.ok(), object.object(name).ok(), object.number_or(name, 0).ok(),
                              object.boolean_or(name, false).ok()};
    const auto found = std::count(types.begin(), types.end(), true);
    require(object.has(name) ? found <= 1 : found == 2);
    require(!object.integer(name) || object.number_or(name, 0).ok());
    require(text.ok() || text.error().field == name);
    if (text && !text->empty()) { require(!object.string(name, text->size() - 1).ok()); }
    require(!text || webpush::is_utf8(*text));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto object = reader.parse(input(data, size));
    if (!object) { return 0; }
    for (const std::string_view name : object->names()) {
        has_one_type(*object, name);
    }
    const std::string text = rewritten(*object);
    const auto again = reader.parse(text);
    require(again.ok() && rewritten(*again) == text);
    return 0;
}
