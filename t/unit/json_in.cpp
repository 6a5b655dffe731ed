#include "webpush/json_in.h"

#include "tap.h"

using namespace webpush;

namespace {

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) {
        text += "{\"a\":";
    }
    return text + "1" + std::string(static_cast<std::size_t>(depth), '}');
}

std::string strings_joined(const std::vector<std::string_view>& strings) {
    std::string text;
    for (std::string_view part : strings) {
        text += std::string(part) + " ";
    }
    return text;
}

template <typename T>
void is_error(const Result<T>& result, std::string_view code, std::string_view field,
              std::source_location where = std::source_location::current()) {
    const std::string name = std::string(code) + " " + std::string(field);
    if (!tap::ok(!result.ok(), "refused: " + name, where)) { return; }
    tap::is(std::string(info(result.error().problem).code) + " " + result.error().field, name,
            "error of " + name, where);
}

}  // namespace

int main() {
    JsonReader reader;
    tap::subtest("what is no JSON object", [&] {
        for (const char* text :
             {"", " ", "{", "[]", "1", "null", "\"a\"", "{} {}", "{}x", "{\"a\":01}", "{\"a\":tru}",
              "{'a':1}", "{\"a\":1,}", "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}",
              "{\"a\":\"\xed\xa0\x80\"}"}) {
            is_error(reader.parse(text), "malformed_json", "");
        }
    });
    tap::subtest("depth", [&] {
        tap::ok(reader.parse(nested(8)).ok(), "8 deep");
        is_error(reader.parse(nested(9)), "malformed_json", "");
        const std::string long_text = R"({"a":")" + std::string(100000, 'x') + R"("})";
        tap::ok(reader.parse(long_text).ok(), "a long text in between");
        is_error(reader.parse(nested(9)), "malformed_json", "");
    });
    tap::subtest("members", [&] {
        const auto json = reader.parse(
            R"({"s":"aé","e":"","i":-5,"d":1.5,"b":true,"n":null,"o":{"p":{"q":"deep"}},"l":["x","y"],)"
            R"("k":[{"z":1},{"z":2}],"m":[1,2]})");
        tap::is(*json->string("s", 3), "aé", "string");
        is_error(json->string("s", 2), "field_too_long", "s");
        tap::is(*json->string("e", 0), "", "empty string");
        tap::is(*json->integer("i"), -5, "integer");
        tap::is(*json->number_or("d", 0), 1.5, "number");
        tap::is(*json->number_or("i", 0), -5.0, "an integer is a number");
        tap::is(*json->boolean_or("b", false), true, "boolean");
        tap::ok(json->has("s") && !json->has("n") && !json->has("absent"), "present and not null");
        is_error(json->string("n", 9), "field_missing", "n");
        is_error(json->string("absent", 9), "field_missing", "absent");
        is_error(json->string("i", 9), "field_type", "i");
        is_error(json->integer("d"), "field_type", "d");
        is_error(json->object("l"), "field_type", "l");
        tap::is(*json->string_or("n", "fallback", 99), "fallback", "null is absent");
        is_error(json->string_or("i", "fallback", 99), "field_type", "i");
        tap::is(*json->integer_or("absent", 7), 7, "integer fallback");

        const auto inner = json->object("o")->object("p");
        tap::is(*inner->string("q", 9), "deep", "nested");
        is_error(inner->integer("q"), "field_type", "o.p.q");
        tap::is(strings_joined(*json->strings_or_none("l")), "x y ", "strings");
        tap::is(json->objects_or_none("k")->size(), 2, "objects");
        tap::is(json->integers_or_none("m")->size(), 2, "integers");
        tap::ok(json->objects_or_none("absent")->empty(), "no array");
        is_error(json->strings_or_none("k"), "field_type", "k[0]");
        is_error(json->objects_or_none("k")->at(1).string("z", 9), "field_type", "k[1].z");
        tap::is(json->raw("o").value_or(""), R"({"p":{"q":"deep"}})", "raw");
        tap::is(json->raw("n").value_or(""), "null", "raw null");
        tap::ok(!json->raw("absent"), "raw of nothing");
        tap::is(json->names().size(), 10, "names");
    });
    return tap::done_testing();
}
