#include "webpush/siphash.h"

#include <set>

#include "files.h"

using namespace webpush;

int main() {
    Octets<16> key;
    for (unsigned char i = 0; i < key.size(); ++i) {
        key[i] = i;
    }
    const SipHash hash(key);

    // The paper's appendix A, and the vectors of the authors' implementation.
    std::string text;
    for (char i = 0; i < 15; ++i) {
        text.push_back(i);
    }
    tap::ok(hash(text) == 0xa129ca6149be45e5, "the paper's example");
    tap::ok(hash("") == 0x726fdb47dd0e0e31, "nothing");
    tap::ok(hash(text.substr(0, 8)) == 0x93f5f5799a932462, "one whole word");
    tap::ok(hash(text.substr(0, 7)) == 0xab0200f58b01d137, "and a part of one");

    const std::set<std::uint64_t> hashes = {
        hash({"ab", "c"}),
        hash({"a", "bc"}),
        hash({"abc", ""}),
        hash({"", "abc"}),
        hash({"abc"}),
        hash("abc"),
        hash({std::string(256, 'a'), ""}),
        hash({"", std::string(256, 'a')}),
    };
    tap::is(hashes.size(), 8, "where texts end makes a difference");

    key[15] ^= 1;
    tap::ok(SipHash(key)(text) != hash(text), "and so does the key");
    return tap::done_testing();
}
