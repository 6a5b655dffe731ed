#include "webpush/vapid.h"

#include "files.h"

using namespace webpush;

namespace {

struct Token {
    std::string header, claims, signed_part, signature, key;
};

// "vapid t=<header>.<claims>.<signature>, k=<key>" taken apart.
Token parse(const std::string& authorization) {
    const std::size_t start = std::string("vapid t=").size();
    const std::size_t comma = authorization.find(", k=");
    const std::string jwt = authorization.substr(start, comma - start);
    const std::size_t first = jwt.find('.');
    const std::size_t second = jwt.find('.', first + 1);
    return {*base64url_decode(jwt.substr(0, first)),
            *base64url_decode(jwt.substr(first + 1, second - first - 1)), jwt.substr(0, second),
            *base64url_decode(jwt.substr(second + 1)),
            *base64url_decode(authorization.substr(comma + 4))};
}

bool verifies(const Token& token) {
    const auto key = to_octets<65>(token.key);
    return key && verify_es256(*key, token.signed_part, token.signature);
}

void rfc8292_section_2_4(const JsonObject& vector) {
    const std::string authorization = text_of(vector, "authorization");
    tap::is(authorization, "vapid t=" + text_of(vector, "jwt") + ", k=" + text_of(vector, "k"),
            "header");
    Token token = parse(authorization);
    tap::is(token.key, octets_of(vector, "k"), "k");
    const JsonObject jwk = *vector.object("jwk");
    tap::is(token.key, "\x04" + octets_of(jwk, "x") + octets_of(jwk, "y"), "k as a JWK");
    tap::is(token.header, *vector.raw("jwt_header"), "JWT header");
    tap::is(token.claims, *vector.raw("jwt_claims"), "claims");
    tap::ok(verifies(token), "signature verifies");
    token.signed_part.back() = token.signed_part.back() == 'A' ? 'B' : 'A';
    tap::ok(!verifies(token), "but not over other claims");
}

void ours(const JsonObject& vector) {
    const KeyPair key = generate_key_pair();
    const JsonObject want = *vector.object("jwt_claims");
    const std::string authorization =
        vapid_authorization(key, text_of(want, "aud"), *want.integer("exp"), text_of(want, "sub"));
    const Token token = parse(authorization);
    tap::is(token.header, *vector.raw("jwt_header"), "JWT header as in the RFC's example");
    tap::is(token.claims, *vector.raw("jwt_claims"), "claims too");
    tap::is(token.signature.size(), 64, "raw signature");
    tap::is(token.key, std::string(view(key.public_key)), "k");
    tap::ok(verifies(token), "signature verifies");
    tap::ok(authorization.find('=', authorization.find(", k=") + 4) == std::string::npos,
            "no padding");
}

}  // namespace

int main() {
    const Vectors vectors;
    const JsonObject vector = vectors.object("rfc8292_2_4");
    tap::subtest("RFC 8292 section 2.4", [&] { rfc8292_section_2_4(vector); });
    tap::subtest("a token of ours", [&] { ours(vector); });

    tap::is(vapid_key_id(fixed_octets_of<65>(vector, "k")), "VeKk3pT6", "key id");

    tap::subtest("audience", [] {
        tap::is(audience_of("https://web.push.apple.com/abc?x=1"), "https://web.push.apple.com",
                "origin");
        tap::is(audience_of("https://web.push.apple.com:443/abc"), "https://web.push.apple.com",
                "default port");
        tap::is(audience_of("http://web.push.apple.com/abc"), "", "no https");
    });
    tap::subtest("contacts that every push service takes", [] {
        for (const char* contact :
             {"mailto:push@example.com", "mailto:a.b+c@mail.example.co.uk",
              "mailto:push@Example.COM", "https://example.com",
              "https://example.com/contact?to=push", "https://shop.example/"}) {
            const auto checked = check_contact(contact);
            tap::ok(checked.ok() && *checked == contact, contact);
        }
    });
    tap::subtest("contacts that Apple refuses", [] {
        for (const char* contact : {"",
                                    "push@example.com",
                                    "mailto:",
                                    "mailto:push",
                                    "mailto:@example.com",
                                    "mailto: <push@example.com>",
                                    "mailto:<push@example.com>",
                                    "mailto:push@localhost",
                                    "mailto:mailto:push@example",
                                    "mailto:push@app.localhost",
                                    "mailto:push@127.0.0.1",
                                    "mailto:a@example.com,b@example.com",
                                    "mailto:push@example.com ",
                                    "http://example.com",
                                    "https://localhost",
                                    "https://localhost/x",
                                    "https://127.0.0.1/",
                                    "https://[::1]/",
                                    "https://",
                                    "https://user@example.com/",
                                    "https://example.com:8443/"}) {
            const auto checked = check_contact(contact);
            tap::ok(!checked.ok() && checked.error().problem == Problem::field_invalid &&
                        !checked.error().detail.empty(),
                    std::string("\"") + contact + "\"");
        }
        tap::ok(!check_contact("mailto:" + std::string(300, 'a') + "@example.com").ok(),
                "too long");
    });
    return tap::done_testing();
}
