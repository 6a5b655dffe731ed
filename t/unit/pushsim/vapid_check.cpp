// Who sends: signed headers and claims, good ones and odd ones.
#include "vapid_check.h"

#include "tap.h"
#include "webpush/base64url.h"
#include "webpush/vapid.h"

using pushsim::Fault;
using pushsim::Service;

namespace {

constexpr std::int64_t now = 1'700'000'000;
const webpush::KeyPair key = webpush::generate_key_pair();

std::string signed_token(std::string_view header, std::string_view claims) {
    const std::string text = webpush::base64url(header) + "." + webpush::base64url(claims);
    const auto signature = webpush::sign_es256(key, text);
    return "vapid t=" + text + "." + webpush::base64url(webpush::view(signature)) +
           ", k=" + webpush::base64url(webpush::view(key.public_key));
}

std::optional<Fault> fault_of(std::string_view authorization) {
    pushsim::VapidCheck check;
    return check.check(authorization, Service::apple, "web.push.apple.com", key.public_key, now);
}

}  // namespace

int main() {
    const std::string good = webpush::vapid_authorization(key, "https://web.push.apple.com",
                                                          now + 60, "mailto:a@shop.example");
    tap::ok(!fault_of(good), "ours");
    tap::ok(fault_of("") == Fault::vapid_missing, "none");
    const std::string claims =
        R"({"aud":"https://web.push.apple.com","exp":1700000060,"sub":"mailto:a@shop.example"})";
    tap::ok(!fault_of(signed_token(R"({"alg":"ES256"})", claims)), "without typ");
    for (const char* header : {R"({"alg":"none"})", R"({"alg":256})", "{}", "[]", ""}) {
        tap::ok(fault_of(signed_token(header, claims)) == Fault::vapid_invalid,
                "another header: " + std::string(header));
    }
    for (const char* odd :
         {R"({"aud":7,"exp":1700000060})", R"({"aud":"x","exp":"1700000060"})", "", "{}"}) {
        tap::ok(fault_of(signed_token(R"({"alg":"ES256"})", odd)) == Fault::vapid_invalid,
                "other claims: " + std::string(odd));
    }
    return tap::done_testing();
}
