// Tokens and click links come from anybody. What verifies was signed with the key: signing its
// content again gives the same text.
#include "webpush/token.h"

#include "fuzz.h"

namespace {

// The key of the golden tokens.
const webpush::LinkKeys& keys() {
    static const auto parsed =
        webpush::LinkKeys::parse("1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
    return *parsed;
}

template <typename Verified>
void is_the_signed_one(const Verified& verified, std::string_view text) {
    if (verified) { require(webpush::sign(*verified, "default", keys()) == text); }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    is_the_signed_one(webpush::verify_delivery(text, "default", keys()), text);
    is_the_signed_one(webpush::verify_click(text, "default", keys()), text);
    is_the_signed_one(webpush::verify_visitor(text, "default", keys()), text);
    return 0;
}
