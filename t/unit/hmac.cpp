#include "webpush/hmac.h"

#include "files.h"

using namespace webpush;

namespace {

std::string mac(const HmacSha256& hmac, std::initializer_list<std::string_view> pieces) {
    const Octets<32> octets = hmac.mac(pieces);
    return std::string(view(octets));
}

}  // namespace

int main() {
    const std::string case_2 =
        from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    HmacSha256 jefe("Jefe");
    tap::is(mac(jefe, {"what do ya want for nothing?"}), case_2, "RFC 4231 case 2");
    tap::is(mac(jefe, {"what do ya ", "", "want for nothing?"}), case_2, "in pieces");

    const std::string long_key(131, '\xaa');
    tap::is(mac(HmacSha256(long_key), {"Test Using Larger Than Block-Size Key - Hash Key First"}),
            from_hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            "RFC 4231 case 6");

    jefe.set_key("");
    tap::is(mac(jefe, {""}),
            from_hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
            "an empty key is a key");
    jefe.set_key("Jefe");
    tap::is(mac(jefe, {"what do ya want for nothing?"}), case_2, "and back");
    const HmacSha256 moved = std::move(jefe);
    tap::is(mac(moved, {"what do ya want for nothing?"}), case_2, "after a move");

    const Octets<32> digest = sha256("abc");
    tap::is(std::string(view(digest)),
            from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            "SHA-256");
    tap::ok(equal_constant_time("abc", "abc") && !equal_constant_time("abc", "abd") &&
                !equal_constant_time("abc", "ab"),
            "comparison");
    return tap::done_testing();
}
