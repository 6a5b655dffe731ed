#include "webpush/token.h"

#include "files.h"

using namespace webpush;

namespace {

// Octets 0, 1, 2 ... as a key; another generation; golden tokens depend on them.
const std::string key_1 = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";
const std::string key_2 = "2 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\n";

LinkKeys keys_of(const std::string& file) { return std::move(*LinkKeys::parse(file)); }

const SubscriptionId subscription = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
                                     0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf};
const DeliveryToken delivery{0x0102030405060708, subscription, 1700000000};
const ClickLink click{delivery, "buy", "/sale?from=push"};
const VisitorCookie visitor{subscription, 1700000000};

// Every change of one bit, and every length, must be refused.
template <typename Verify>
void is_unforgeable(const std::string& token, Verify verify) {
    int taken = 0;
    const std::string octets = *base64url_decode(token);
    for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
        std::string forged = octets;
        forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << bit % 8));
        taken += verify(base64url(forged)) ? 1 : 0;
    }
    tap::is(taken, 0, "no flipped bit is taken");
    for (std::size_t size = 0; size < token.size(); ++size) {
        taken += verify(token.substr(0, size)) ? 1 : 0;
    }
    tap::is(taken, 0, "nor a shorter one");
    tap::ok(!verify(token + "A") && !verify(token + "AAAA"), "nor a longer one");
    tap::ok(!verify(token + "=="), "nor another spelling");
    tap::ok(!verify(std::string(100000, 'A')), "nor an endless one");
}

}  // namespace

int main() {
    const LinkKeys keys = keys_of(key_1);
    const LinkKeys next_keys = keys_of(key_2 + key_1);

    is_golden("delivery " + sign(delivery, "default", keys) + "\nclick " +
                  sign(click, "default", keys) + "\nvisitor " + sign(visitor, "default", keys) +
                  "\n",
              "tokens.txt");

    tap::subtest("delivery token", [&] {
        const std::string token = sign(delivery, "default", keys);
        tap::is(token.size(), 62, "62 characters");
        const auto verified = verify_delivery(token, "default", keys);
        if (!tap::ok(verified.has_value(), "verifies")) { return; }
        tap::is(verified->run, delivery.run, "run");
        tap::ok(verified->subscription == subscription, "subscription");
        tap::is(verified->issued, delivery.issued, "issued");
        tap::is(int{*claimed_key(token)}, 1, "says which key");
        tap::ok(!claimed_key("A") && !claimed_key("") && !claimed_key("!!!!"), "if it is one");
        is_unforgeable(token, [&](const std::string& text) {
            return verify_delivery(text, "default", keys).has_value();
        });
    });
    tap::subtest("click link", [&] {
        const std::string token = sign(click, "default", keys);
        const auto verified = verify_click(token, "default", keys);
        if (!tap::ok(verified.has_value(), "verifies")) { return; }
        tap::is(verified->delivery.run, delivery.run, "run");
        tap::is(verified->action, "buy", "action");
        tap::is(verified->target, "/sale?from=push", "target");
        is_unforgeable(token, [&](const std::string& text) {
            return verify_click(text, "default", keys).has_value();
        });
        const ClickLink longest{delivery, std::string(max_action_length, 'a'),
                                "/" + std::string(max_target_length - 1, 't')};
        const auto long_verified = verify_click(sign(longest, "default", keys), "default", keys);
        tap::ok(long_verified && long_verified->target == longest.target &&
                    long_verified->action == longest.action,
                "of the greatest lengths");
    });
    tap::subtest("visitor cookie", [&] {
        const std::string token = sign(visitor, "default", keys);
        const auto verified = verify_visitor(token, "default", keys);
        tap::ok(verified && verified->subscription == subscription &&
                    verified->issued == visitor.issued,
                "verifies");
        is_unforgeable(token, [&](const std::string& text) {
            return verify_visitor(text, "default", keys).has_value();
        });
    });
    tap::subtest("no kind stands for another, no site for another", [&] {
        tap::ok(!verify_click(sign(delivery, "default", keys), "default", keys),
                "delivery as click");
        tap::ok(!verify_delivery(sign(click, "default", keys), "default", keys),
                "click as delivery");
        tap::ok(!verify_visitor(sign(delivery, "default", keys), "default", keys),
                "delivery as visitor");
        tap::ok(!verify_delivery(sign(delivery, "shop", keys), "default", keys), "another site");
        tap::ok(!verify_delivery(sign(delivery, "", keys), "default", keys), "no site");
    });
    tap::subtest("two generations of keys", [&] {
        const std::string old_token = sign(delivery, "default", keys);
        const std::string new_token = sign(delivery, "default", next_keys);
        tap::ok(verify_delivery(old_token, "default", next_keys).has_value(),
                "the old still verifies");
        tap::ok(verify_delivery(new_token, "default", next_keys).has_value(), "the new one too");
        tap::ok(!verify_delivery(new_token, "default", keys), "but not without its key");
        const LinkKeys same_id = keys_of("1" + key_2.substr(1));
        tap::ok(!verify_delivery(old_token, "default", same_id), "nor with another key of its id");
    });
    return tap::done_testing();
}
