#include "webpush/json_out.h"

#include <limits>

#include "tap.h"

using namespace webpush;

namespace {

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

}  // namespace

int main() {
    tap::subtest("structure", [] {
        std::string out;
        JsonWriter json(out);
        json.begin_object();
        json.member("text", "a");
        json.member("int", 1);
        json.member("big", std::int64_t{9007199254740991});
        json.member("double", 0.5);
        json.member("yes", true);
        json.member_if("left_out", "");
        json.member_octets("octets", "\xff\xfe");
        json.key("none");
        json.null();
        json.key("array");
        json.begin_array();
        json.value(-1);
        json.begin_object();
        json.end_object();
        json.begin_array();
        json.end_array();
        json.raw(R"({"a":1})");
        json.end_array();
        json.member("last", std::string("z"));
        json.end_object();
        tap::is(out,
                R"({"text":"a","int":1,"big":9007199254740991,"double":0.5,"yes":true,"octets":"__4",)"
                R"("none":null,"array":[-1,{},[],{"a":1}],"last":"z"})",
                "commas where they belong");
    });
    tap::subtest("escapes", [] {
        tap::is(json_string("\"\\\n\r\t\b\x1f"), R"("\"\\\n\r\t\u0008\u001f")", "one line always");
        tap::is(json_string(std::string_view("a\0b", 3)), R"("a\u0000b")", "NUL");
        tap::is(json_string("a\"b\n\nc\\d"), R"("a\"b\n\nc\\d")", "between others");
        tap::is(json_string(""), R"("")", "nothing");
        tap::is(json_string("/é€😀\x7f"), "\"/é€😀\x7f\"", "anything else as it is");
    });
    tap::subtest("invalid UTF-8 becomes U+FFFD", [] {
        const std::pair<const char*, const char*> cases[] = {
            {"\xff", "lone octet"},
            {"\xc0\xaf", "over-long slash"},
            {"\xe0\x80\xaf", "over-long in three"},
            {"\xed\xa0\x80", "surrogate"},
            {"\xf4\x90\x80\x80", "above U+10FFFF"},
            {"\xf0\x9f\x98", "cut off"},
        };
        for (const auto& [bytes, name] : cases) {
            const std::string out = json_string(std::string(bytes) + "x");
            tap::ok(out.starts_with("\"\xef\xbf\xbd") && out.ends_with("x\""), name);
        }
        tap::is(json_string("a\xe2\x82z"), "\"a\xef\xbf\xbd\xef\xbf\xbdz\"", "the rest goes on");
    });
    tap::subtest("numbers that JSON lacks", [] {
        std::string out;
        JsonWriter json(out);
        json.value(std::numeric_limits<double>::infinity());
        tap::is(out, "null", "infinity");
    });
    return tap::done_testing();
}
