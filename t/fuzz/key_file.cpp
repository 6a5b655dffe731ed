// Key files; a replaced or torn one is refused, never half read. What is read can be rolled over.
#include "fuzz.h"
#include "webpush/contact_proof.h"
#include "webpush/edge_files.h"
#include "webpush/key_file.h"
#include "webpush/link_keys.h"

namespace {

void read_link_keys(std::string_view text) {
    const auto keys = webpush::LinkKeys::parse(text);
    if (!keys) { return; }
    require(keys->find(keys->signing().id) == &keys->signing());
}

// A new key waits behind the first, and then takes its place; both files can be read.
void roll_over_link_keys(std::string_view text) {
    const auto keys = webpush::LinkKeys::parse(text);
    if (!keys || webpush::waiting_key(text)) { return; }
    const std::string waiting = webpush::with_waiting_key(text);
    const auto id = webpush::waiting_key(waiting);
    const auto before = webpush::LinkKeys::parse(waiting);
    require(id && before.ok() && before->signing().id == keys->signing().id);
    const std::string changed = webpush::with_waiting_key_first(waiting);
    const auto after = webpush::LinkKeys::parse(changed);
    require(after.ok() && after->all().size() == 2 && after->signing().id == *id);
    require(after->all()[1].hmac.mac({"x"}) == keys->signing().hmac.mac({"x"}));
    require(!webpush::waiting_key(changed));
}

void read_key_id(std::string_view text) {
    const auto id = webpush::parse_key_id(text);
    require(!id || (*id >= 0 && *id <= 255 && webpush::parse_key_id(std::to_string(*id)) == id));
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
    roll_over_link_keys(text);
    read_key_id(text);
    read_identity_keys(text);
    read_vapid_keys(text);
    return 0;
}
