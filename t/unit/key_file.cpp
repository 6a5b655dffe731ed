// webpush/key_file.h: how a file of secret keys changes.
#include "webpush/key_file.h"

#include "tap.h"
#include "webpush/contact_proof.h"
#include "webpush/link_keys.h"

using namespace webpush;

namespace {

std::string ids(std::string_view file) {
    std::string list;
    const auto keys = LinkKeys::parse(file);
    if (!keys) { return "unreadable"; }
    for (const auto& key : keys->all()) {
        list += std::to_string(key.id) + " ";
    }
    return list;
}

Octets<32> mac(std::string_view file, int id) {
    return LinkKeys::parse(file)->find(static_cast<std::uint8_t>(id))->hmac.mac({"x"});
}

void changes() {
    const std::string one = new_link_key_file();
    tap::ok(!waiting_key(one), "none waits");
    const std::string two = with_waiting_key(one);
    tap::is(ids(two), "1 2 ", "another waits behind the first");
    tap::is(waiting_key(two).value_or(-1), 2, "which can be told");
    const std::string used = with_waiting_key_first(two);
    tap::is(ids(used), "2 1 ", "then it comes first");
    tap::ok(!waiting_key(used), "and waits no more");
    tap::ok(mac(one, 1) == mac(used, 1) && mac(two, 2) == mac(used, 2), "both are what they were");
    const std::string next = with_waiting_key(used);
    tap::is(ids(next), "2 3 ", "the next drops the former");
    tap::ok(mac(next, 2) == mac(used, 2) && mac(next, 3) != mac(used, 1), "and is another");
    tap::ok(next.starts_with("# link keys"), "the comment stays");
}

void last_id() {
    const std::string secret(43, 'A');
    const std::string last = with_waiting_key("255 " + secret + "\n");
    tap::is(ids(last), "255 0 ", "after the last id comes the first");
    tap::is(waiting_key(last).value_or(-1), 0, "which waits, too");
    tap::is(ids(with_waiting_key_first(last)), "0 255 ", "and comes first");
    tap::ok(!waiting_key("x " + secret + "\n1 " + secret + "\n"), "what is no id does not wait");
    tap::ok(!waiting_key(""), "nor does nothing");
}

void identity() {
    const std::string one = new_identity_key_file();
    const auto former = IdentityKeys::parse(one);
    const auto both = IdentityKeys::parse(with_waiting_key(one));
    if (!tap::ok(former && both, "identity keys, too")) { return; }
    tap::ok(both->ids() == std::vector<int>({1, 2}), "their ids are known");
    tap::ok(both->verify(former->prove("shop", "anna"), "shop", "anna"), "the former still proves");
}

}  // namespace

int main() {
    tap::subtest("changes", changes);
    tap::subtest("ids", last_id);
    tap::subtest("identity keys", identity);
    return tap::done_testing();
}
