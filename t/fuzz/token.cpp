// Tokens and click links come from anybody. What verifies was signed with the key: signing its
// content again gives the same text. What we sign verifies, whatever it says, for its own site only.
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

// A click link whose first octet tells where its action ends and its target begins.
void says_what_was_signed(std::string_view text) {
    if (text.empty()) { return; }
    const auto first = static_cast<unsigned char>(text.front()) % (webpush::max_action_length + 1);
    text.remove_prefix(1);
    const webpush::ClickLink link{{12, {1, 2, 3}, 1'700'000'000},
                                  std::string(text.substr(0, first)),
                                  std::string(text.substr(std::min(first, text.size())))};
    if (link.target.size() > webpush::max_target_length) { return; }
    const std::string url = webpush::sign(link, "default", keys());
    const auto verified = webpush::verify_click(url, "default", keys());
    require(verified && verified->action == link.action && verified->target == link.target);
    require(!webpush::verify_click(url, "shop", keys()));
    require(!webpush::verify_delivery(url, "default", keys()));
    require(!webpush::verify_visitor(url, "default", keys()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    is_the_signed_one(webpush::verify_delivery(text, "default", keys()), text);
    is_the_signed_one(webpush::verify_click(text, "default", keys()), text);
    is_the_signed_one(webpush::verify_visitor(text, "default", keys()), text);
    says_what_was_signed(text);
    return 0;
}
