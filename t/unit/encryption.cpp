#include "webpush/encryption.h"

#include "files.h"
#include "webpush/aes128gcm.h"
#include "webpush/hmac.h"

using namespace webpush;

namespace {

template <std::size_t N>
std::string text(const Octets<N>& octets) {
    return std::string(view(octets));
}

std::string hmac(std::string_view key, std::initializer_list<std::string_view> pieces) {
    return text(HmacSha256(key).mac(pieces));
}

// The keys of RFC 8291 appendix A, which our own vectors use too.
struct Keys {
    explicit Keys(const JsonObject& inputs)
        : user_agent{fixed_octets_of<65>(inputs, "ua_public"),
                     fixed_octets_of<32>(inputs, "ua_private")},
          application_server{fixed_octets_of<65>(inputs, "as_public"),
                             fixed_octets_of<32>(inputs, "as_private")},
          p256dh(octets_of(inputs, "ua_public")),
          auth(octets_of(inputs, "auth_secret")) {}

    KeyPair user_agent;
    KeyPair application_server;
    std::string p256dh;
    std::string auth;
};

std::string plaintext_of(const JsonObject& vector) {
    if (vector.has("plaintext")) { return octets_of(vector, "plaintext"); }
    std::string plaintext;  // "byte i = i mod 251, i=0..3992"
    for (int i = 0; i < 3993; ++i) {
        plaintext.push_back(static_cast<char>(i % 251));
    }
    return plaintext;
}

void intermediates_of_appendix_a(const JsonObject& vector, const JsonObject& inputs) {
    const JsonObject want = *vector.object("intermediate");
    const std::string one("\x01", 1);
    const std::string prk_key =
        hmac(octets_of(inputs, "auth_secret"), {octets_of(want, "ecdh_secret")});
    tap::is(prk_key, octets_of(want, "PRK_key"), "PRK_key");
    const std::string ikm = hmac(prk_key, {octets_of(want, "key_info"), one});
    tap::is(ikm, octets_of(want, "IKM"), "IKM");

    Aes128Gcm coding;
    const auto salt = fixed_octets_of<16>(inputs, "salt");
    const std::string prk = text(coding.pseudo_random_key(ikm, salt));
    tap::is(prk, octets_of(want, "PRK"), "PRK");
    const ContentKey key = coding.derive(ikm, salt);
    tap::is(text(key.key), octets_of(want, "CEK"), "CEK");
    tap::is(text(key.nonce), octets_of(want, "NONCE"), "NONCE");
    tap::is(hmac(prk, {octets_of(want, "cek_info"), one}).substr(0, 16), text(key.key), "cek_info");
    tap::is(hmac(prk, {octets_of(want, "nonce_info"), one}).substr(0, 12), text(key.nonce),
            "nonce_info");
}

void case_of_ours(MessageEncryptor& encryptor, const Keys& keys, const std::string& ikm,
                  const JsonObject& vector) {
    const auto salt = fixed_octets_of<16>(vector, "salt");
    const ContentKey key = Aes128Gcm().derive(ikm, salt);
    tap::is(text(key.key), octets_of(vector, "CEK"), "CEK");
    tap::is(text(key.nonce), octets_of(vector, "NONCE"), "NONCE");

    const std::string plaintext = plaintext_of(vector);
    const auto padding = static_cast<std::size_t>(*vector.integer("pad"));
    const auto body = encryptor.encrypt_with(plaintext, keys.p256dh, keys.auth,
                                             keys.application_server, salt, padding);
    if (!tap::ok(body.has_value(), "encrypts")) { return; }
    tap::is(body->size(), *vector.integer("body_len"), "length");
    if (vector.has("body")) {
        tap::is(*body, octets_of(vector, "body"), "body");
    } else {
        tap::is(text(sha256(*body)), from_hex(text_of(vector, "body_sha256_hex")), "body's digest");
    }
    tap::ok(decrypt(*body, keys.user_agent, keys.auth) == plaintext, "decrypts");
}

// Our body with one octet changed or something cut off.
void refuses_what_was_changed(const std::string& body, const Keys& keys) {
    int taken = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
        // All but the record size, which is only a bound.
        if (i >= 16 && i < 20) { continue; }
        std::string changed = body;
        changed[i] = static_cast<char>(changed[i] ^ 0x01);
        taken += decrypt(changed, keys.user_agent, keys.auth) ? 1 : 0;
    }
    for (std::size_t size = 0; size < body.size(); ++size) {
        taken += decrypt(body.substr(0, size), keys.user_agent, keys.auth) ? 1 : 0;
    }
    tap::is(taken, 0, "no change is taken");
    std::string small_record = body;
    small_record.replace(16, 4, std::string("\0\0\0\x11", 4));
    tap::ok(!decrypt(small_record, keys.user_agent, keys.auth), "nor a record size below 18");
    tap::ok(!decrypt(body, keys.application_server, keys.auth), "nor another key");
    tap::ok(!decrypt(body, keys.user_agent, "0123456789abcdef"), "nor another auth secret");
}

}  // namespace

int main() {
    const Vectors vectors;
    const JsonObject appendix = vectors.object("rfc8291_appendix_A");
    const JsonObject inputs = *appendix.object("inputs");
    const Keys keys(inputs);
    MessageEncryptor encryptor;

    tap::subtest("RFC 8291 appendix A", [&] {
        intermediates_of_appendix_a(appendix, inputs);
        const std::string plaintext = text_of(appendix, "plaintext_text");
        tap::is(plaintext, octets_of(inputs, "plaintext"), "plaintext");
        const auto salt = fixed_octets_of<16>(inputs, "salt");
        const auto body = encryptor.encrypt_with(plaintext, keys.p256dh, keys.auth,
                                                 keys.application_server, salt);
        if (!tap::ok(body.has_value(), "encrypts")) { return; }
        const auto header_size = static_cast<std::size_t>(*appendix.integer("header_len"));
        tap::is(body->substr(0, header_size), octets_of(appendix, "header"), "header");
        tap::is(body->substr(header_size), octets_of(appendix, "ciphertext"), "ciphertext");
        tap::is(*body, octets_of(appendix, "body"), "body");
        tap::is(body->size(), *appendix.integer("body_len"), "length");
        tap::ok(decrypt(*body, keys.user_agent, keys.auth) == plaintext, "decrypts");

        const ContentKey key =
            Aes128Gcm().derive(octets_of(*appendix.object("intermediate"), "IKM"), salt);
        tap::ok(Aes128Gcm().open(key, 0, body->substr(header_size)) ==
                    octets_of(appendix, "padded_plaintext"),
                "record with its delimiter");
        refuses_what_was_changed(*body, keys);
    });
    const std::string ikm = octets_of(*appendix.object("intermediate"), "IKM");
    const JsonObject ours = vectors.object("extra_ours");
    for (const JsonObject& vector : *ours.objects_or_none("cases")) {
        tap::subtest(text_of(vector, "name"), [&] { case_of_ours(encryptor, keys, ikm, vector); });
    }
    tap::subtest("new keys for every message", [&] {
        const auto a = encryptor.encrypt("hello", keys.p256dh, keys.auth);
        const auto b = encryptor.encrypt("hello", keys.p256dh, keys.auth);
        if (!tap::ok(a && b, "encrypts")) { return; }
        tap::ok(a->substr(0, 16) != b->substr(0, 16), "salt");
        tap::ok(a->substr(21, 65) != b->substr(21, 65), "key pair");
        tap::ok(decrypt(*a, keys.user_agent, keys.auth) == "hello" &&
                    decrypt(*b, keys.user_agent, keys.auth) == "hello",
                "both decrypt");
    });
    tap::subtest("what cannot be encrypted", [&] {
        const std::string longest(max_plaintext, 'x');
        tap::is(encryptor.encrypt(longest, keys.p256dh, keys.auth)->size(), max_body,
                "the longest can");
        tap::ok(!encryptor.encrypt(longest + "x", keys.p256dh, keys.auth), "one octet more");
        tap::ok(!encryptor.encrypt_with(longest, keys.p256dh, keys.auth, keys.application_server,
                                        {}, 1),
                "padding above the limit");
        tap::ok(!encryptor.encrypt("x", keys.p256dh, keys.auth.substr(1)), "auth of 15 octets");
        tap::ok(!encryptor.encrypt("x", keys.p256dh, keys.auth + "x"), "auth of 17");
        for (const JsonObject& vector : vectors.objects("p256dh_validation")) {
            tap::is(encryptor.encrypt("x", octets_of(vector, "p256dh"), keys.auth).has_value(),
                    vector.raw("accept") == "true", "p256dh " + text_of(vector, "name"));
        }
    });
    return tap::done_testing();
}
