// A page's proof of a contact: three lines, site, contact and proof. What is believed is what the
// back end computes; all else is not.
#include "webpush/contact_proof.h"

#include "fuzz.h"
#include "webpush/base64url.h"

namespace {

const webpush::IdentityKeys& keys() {
    static const auto parsed = webpush::IdentityKeys::parse(
        "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
        "2 HyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4\n");
    return *parsed;
}

std::string octets_of(std::string_view hexadecimal) {
    std::string octets;
    for (std::size_t i = 0; i < hexadecimal.size(); i += 2) {
        octets += static_cast<char>(std::stoi(std::string(hexadecimal.substr(i, 2)), nullptr, 16));
    }
    return octets;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = input(data, size);
    const std::string_view site = take_line(rest);
    const std::string_view contact = take_line(rest);
    const std::string good = keys().prove(site, contact);
    require(keys().verify(good, site, contact));
    require(keys().verify(webpush::base64url(octets_of(good)), site, contact));

    const bool is_good = rest == good || rest == webpush::base64url(octets_of(good));
    require(keys().verify(rest, site, contact) == is_good);
    require(!keys().verify(good, std::string(site) + "x", contact));
    return 0;
}
