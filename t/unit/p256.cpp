#include "webpush/p256.h"

#include "files.h"
#include "webpush/p256_curve.h"

using namespace webpush;

namespace {

bool accepted(const JsonObject& vector) { return vector.raw("accept") == "true"; }

}  // namespace

int main() {
    const Vectors vectors;
    const JsonObject appendix = vectors.object("rfc8291_appendix_A");
    const JsonObject inputs = *appendix.object("inputs");

    tap::subtest("public keys: one encoding, on the curve", [&] {
        for (const JsonObject& vector : vectors.objects("p256dh_validation")) {
            const std::string key = octets_of(vector, "p256dh");
            tap::is(is_valid_public_key(key), accepted(vector), text_of(vector, "name"));
        }
        tap::ok(!is_valid_public_key(""), "nothing");
    });
    tap::subtest("RFC 8291 appendix A", [&] {
        const auto ua_public = fixed_octets_of<65>(inputs, "ua_public");
        const auto as_public = fixed_octets_of<65>(inputs, "as_public");
        const auto ua_private = fixed_octets_of<32>(inputs, "ua_private");
        const auto as_private = fixed_octets_of<32>(inputs, "as_private");
        tap::ok(public_key_of(ua_private) == ua_public, "public key of the user agent");
        tap::ok(public_key_of(as_private) == as_public, "of the application server");

        const auto secret = fixed_octets_of<32>(*appendix.object("intermediate"), "ecdh_secret");
        tap::ok(ecdh(as_private, ua_public) == secret, "shared secret");
        tap::ok(ecdh(ua_private, as_public) == secret, "from the other side");
    });
    tap::subtest("private keys: 1 to n - 1", [] {
        const std::string order =
            from_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        PrivateKey key = *to_octets<32>(order);
        tap::ok(!public_key_of(key), "n");
        key[31] = 0x50;
        tap::ok(public_key_of(key).has_value(), "n - 1");
        tap::ok(!public_key_of(PrivateKey{}), "0");
        tap::ok(!ecdh(PrivateKey{}, *public_key_of(key)), "0 agrees on nothing");
        tap::ok(!ecdh(key, PublicKey{}), "nor does a key that is none");
    });
    tap::subtest("new pairs", [] {
        P256Curve curve;
        const KeyPair a = curve.generate();
        const KeyPair b = generate_key_pair();
        tap::ok(a.private_key != b.private_key, "differ");
        tap::ok(public_key_of(a.private_key) == a.public_key, "are consistent");
        tap::ok(is_valid_public_key(view(b.public_key)), "are valid");
        tap::ok(ecdh(a.private_key, b.public_key) == ecdh(b.private_key, a.public_key), "agree");
    });
    tap::subtest("ES256", [] {
        const KeyPair pair = generate_key_pair();
        const KeyPair other = generate_key_pair();
        bool all = true;
        for (int i = 0; i < 64; ++i) {  // r or s starts with a zero octet now and then
            const std::string text = "message " + std::to_string(i);
            const Octets<64> signature = sign_es256(pair, text);
            all = all && verify_es256(pair.public_key, text, view(signature));
        }
        tap::ok(all, "signatures verify");
        const Octets<64> signature = sign_es256(pair, "text");
        tap::ok(!verify_es256(pair.public_key, "Text", view(signature)), "not for another text");
        tap::ok(!verify_es256(other.public_key, "text", view(signature)), "nor another key");
        tap::ok(!verify_es256(pair.public_key, "text", view(signature).substr(1)), "nor cut off");
        tap::ok(!verify_es256(pair.public_key, "text", std::string(64, '\0')), "nor zeros");
    });
    return tap::done_testing();
}
