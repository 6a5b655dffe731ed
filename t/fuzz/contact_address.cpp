// The contact of a site, which every push service reads in our signature. What is accepted stands
// there as it is.
#include "fuzz.h"
#include "webpush/base64url.h"
#include "webpush/json_in.h"
#include "webpush/vapid.h"

namespace {

std::string_view claims_in(std::string_view authorization) {
    const std::size_t dot = authorization.find('.');
    return authorization.substr(dot + 1, authorization.rfind('.') - dot - 1);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const webpush::KeyPair key = webpush::generate_key_pair();
    static webpush::JsonReader reader;
    const std::string_view text = input(data, size);
    const auto contact = webpush::check_contact(text);
    if (!contact) { return 0; }
    require(*contact == text && (text.starts_with("mailto:") || text.starts_with("https://")));

    const std::string header =
        webpush::vapid_authorization(key, "https://push.example", 1'700'000'000, *contact);
    const auto claims = webpush::base64url_decode(claims_in(header));
    require(claims.has_value());
    const auto json = reader.parse(*claims);
    require(json.ok() && *json->string("sub", text.size()) == text);
    return 0;
}
