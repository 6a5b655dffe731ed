#include "webpush/link_keys.h"

#include "tap.h"

using namespace webpush;

namespace {

const std::string first = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const std::string second = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8";

void is_refused(const std::string& file, std::string_view detail) {
    const auto keys = LinkKeys::parse(file);
    if (tap::ok(!keys.ok(), detail)) {
        tap::is(keys.error().detail, detail, "says where and what");
    }
}

}  // namespace

int main() {
    tap::subtest("a file of two generations", [] {
        const auto keys = LinkKeys::parse("# secret\n\n7 " + first + "\n255 " + second + "\n");
        if (!tap::ok(keys.ok(), "is read")) { return; }
        tap::is(keys->signing().id, 7, "the first signs");
        tap::is(keys->all().size(), 2, "both are known");
        tap::ok(keys->find(255) != nullptr && keys->find(8) == nullptr, "found by id");
        const Octets<32> a = keys->signing().hmac.mac({"x"});
        const Octets<32> b = keys->find(255)->hmac.mac({"x"});
        tap::ok(a != b, "with their own secrets");
    });
    tap::subtest("refused, naming the line and never the secret", [] {
        is_refused("", "no key in the file");
        is_refused("# nothing\n", "no key in the file");
        is_refused("256 " + first + "\n", "line 1: expected a key id from 0 to 255");
        is_refused("-1 " + first + "\n", "line 1: expected a key id from 0 to 255");
        is_refused(first + "\n", "line 1: expected a key id from 0 to 255");
        is_refused("1\n", "line 1: expected 32 octets base64url");
        is_refused("#\n1 " + first + "A\n", "line 2: expected 32 octets base64url");
        is_refused("1 " + first + " \n", "line 1: expected 32 octets base64url");
        is_refused("1 " + first + "\r\n", "line 1: expected 32 octets base64url");
        is_refused("1 " + first.substr(1) + "~\n", "line 1: expected 32 octets base64url");
        is_refused("1 " + first + "\n1 " + second + "\n", "line 2: key id is not distinct");
    });
    tap::subtest("new files", [] {
        const auto one = LinkKeys::parse(new_link_key_file());
        const auto other = LinkKeys::parse(new_link_key_file());
        if (!tap::ok(one.ok() && other.ok(), "can be read")) { return; }
        tap::ok(one->all().size() == 1 && one->signing().id == 1, "have one key, the first");
        tap::ok(one->signing().hmac.mac({"x"}) != other->signing().hmac.mac({"x"}), "of their own");
    });
    return tap::done_testing();
}
