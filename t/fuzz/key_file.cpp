// Key files; a replaced or torn one is refused, never half read. What is read can be rolled over.
#include "fuzz.h"
#include "webpush/contact_proof.h"
#include "webpush/edge_files.h"
#include "webpush/link_keys.h"

namespace {

void read_link_keys(std::string_view text) {
    const auto keys = webpush::LinkKeys::parse(text);
    if (!keys) { return; }
    require(keys->find(keys->signing().id) == &keys->signing());
    const auto next = webpush::LinkKeys::parse(webpush::new_link_key_file(text));
    require(next.ok() && next->all().size() == 2 && next->signing().id != keys->signing().id);
    require(next->all()[1].id == keys->signing().id);
    require(next->all()[1].hmac.mac({"x"}) == keys->signing().hmac.mac({"x"}));
}

void read_identity_keys(std::string_view text) {
    const auto keys = webpush::IdentityKeys::parse(text);
    if (!keys) { return; }
    require(webpush::identity_key_text(text).size() == 43);
    require(keys->verify(keys->prove("default", "4711"), "default", "4711"));
}

void read_vapid_keys(std::string_view text) {
    const auto keys = webpush::parse_vapid_keys(text);
    if (!keys) { return; }
    const std::string file = webpush::vapid_keys_file(*keys);
    const auto again = webpush::parse_vapid_keys(file);
    require(again.ok() && webpush::vapid_keys_file(*again) == file);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    read_link_keys(text);
    read_identity_keys(text);
    read_vapid_keys(text);
    return 0;
}
