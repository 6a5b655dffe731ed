#include "webpush/base64url.h"

#include "tap.h"

using namespace webpush;

int main() {
    tap::subtest("RFC 4648 section 10, unpadded", [] {
        const std::pair<const char*, const char*> pairs[] = {
            {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
            {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"},
        };
        for (const auto& [bytes, text] : pairs) {
            tap::is(base64url(bytes), text, std::string("encode ") + text);
            tap::ok(base64url_decode(text) == bytes, std::string("decode ") + text);
        }
    });
    tap::subtest("every octet survives, in any position", [] {
        std::string bytes;
        for (int i = 0; i < 256; ++i) {
            bytes.push_back(static_cast<char>(i));
        }
        for (std::size_t start = 0; start < 4; ++start) {
            const std::string part = bytes.substr(start);
            tap::ok(base64url_decode(base64url(part)) == part, "from " + std::to_string(start));
        }
        tap::is(base64url("\xfb\xff\xfe"), "-__-", "the URL-safe alphabet");
    });
    tap::subtest("strict: one spelling only", [] {
        for (const char* text :
             {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm 9", "Zm9v\n", "+___", "/w", "Zm9vY"}) {
            tap::ok(!base64url_decode(text), text);
        }
        tap::ok(!base64url_decode(std::string_view("Zg\0A", 4)), "NUL octet");
    });
    tap::subtest("lenient: standard alphabet and padding too", [] {
        tap::ok(base64_decode_lenient("+/+/") == "\xfb\xff\xbf", "standard alphabet");
        tap::ok(base64_decode_lenient("-_-_") == "\xfb\xff\xbf", "URL-safe alphabet");
        tap::ok(base64_decode_lenient("Zg==") == "f", "two padding characters");
        tap::ok(base64_decode_lenient("Zm8=") == "fo", "one");
        tap::ok(base64_decode_lenient("Zg") == "f", "none");
        for (const char* text : {"Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9v====", "Z=g="}) {
            tap::ok(!base64_decode_lenient(text), text);
        }
    });
    tap::subtest("appending", [] {
        std::string out = "token=";
        append_base64url(out, "foob");
        tap::is(out, "token=Zm9vYg", "keeps what was there");
    });
    return tap::done_testing();
}
