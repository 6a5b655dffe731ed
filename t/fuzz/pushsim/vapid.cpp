// Authorization of requests to a simulated push service: as it is, and with two lines of the input as
// header and claims of a token that is signed as it should be.
#include "webpush/vapid.h"

#include "fuzz.h"
#include "vapid_check.h"
#include "webpush/base64url.h"

namespace {

constexpr std::string_view host = "web.push.apple.com";
constexpr std::int64_t now = 1'700'000'000;

const webpush::KeyPair& key() {
    static const webpush::KeyPair pair = webpush::generate_key_pair();
    return pair;
}

std::string signed_token(std::string_view header, std::string_view claims) {
    const std::string text = webpush::base64url(header) + "." + webpush::base64url(claims);
    const auto signature = webpush::sign_es256(key(), text);
    return "vapid t=" + text + "." + webpush::base64url(webpush::view(signature)) +
           ", k=" + webpush::base64url(webpush::view(key().public_key));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static pushsim::VapidCheck check;
    static const std::string good = webpush::vapid_authorization(
        key(), "https://web.push.apple.com", now + 60, "mailto:a@shop.example");
    const auto fault_of = [](std::string_view authorization) {
        return check.check(authorization, pushsim::Service::apple, host, key().public_key, now);
    };
    std::string_view rest = input(data, size);
    require(!fault_of(good));
    require(fault_of(rest).has_value());

    const std::string_view header = take_line(rest);
    const auto fault = fault_of(signed_token(header, rest));
    if (!fault) { require(rest.find("aud") != rest.npos && header.find("alg") != header.npos); }
    return 0;
}
