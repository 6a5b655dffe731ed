#include "webpush/contact_proof.h"

#include "tap.h"

using namespace webpush;

namespace {

constexpr const char* first_line = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";
constexpr const char* second_line = "2 Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA\n";

std::string refusal(const std::string& file) {
    const auto keys = IdentityKeys::parse(file);
    return keys ? "" : keys.error().detail;
}

}  // namespace

int main() {
    const auto keys = IdentityKeys::parse(std::string("# secret\n") + second_line + first_line);
    tap::ok(keys.ok(), "two keys");
    const auto old = IdentityKeys::parse(first_line);

    // printf 'default:customer 12' | openssl dgst -sha256 -hmac AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8
    const std::string proof = 
        "b3be0b16999a26a36bfd8444ad3d6d57de1f1386ff06c1710f497d20809f0a93";
    tap::is(old->prove("default", "customer 12"), proof, "what openssl computes");
    tap::ok(keys->verify(proof, "default", "customer 12"), "by the older key");
    tap::ok(keys->verify(keys->prove("default", "x"), "default", "x"), "by the newer key");
    tap::ok(!old->verify(keys->prove("default", "x"), "default", "x"), "not by a key it lacks");
    tap::ok(old->verify("s74LFpmaJqNr_YRErT1tV94fE4b_BsFxD0l9IICfCpM", "default", "customer 12"), "in base64url");

    tap::ok(!keys->verify(proof, "default", "customer 13"), "another contact");
    tap::ok(!keys->verify(proof, "shop", "customer 12"), "another site");
    tap::ok(!keys->verify("", "default", "customer 12"), "no proof");
    tap::ok(!keys->verify(proof.substr(2), "default", "customer 12"), "a cut proof");
    tap::ok(!keys->verify(std::string(64, 'z'), "default", "customer 12"), "no hexadecimal");

    const std::string made = new_identity_key_file();
    tap::is(refusal(made), "", "a new file is one");
    tap::ok(made != new_identity_key_file(), "another one each time");
    tap::is(identity_key_text(first_line), std::string(first_line).substr(2, 43), "the key's text");
    tap::is(identity_key_text(""), "", "no key, no text");

    tap::is(refusal(""), "no key in the file", "empty file");
    tap::is(refusal("1 short\n"), "line 1: expected 32 octets base64url", "short key");
    return tap::done_testing();
}
