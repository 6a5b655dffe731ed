#include "webpush/payload.h"

#include "files.h"
#include "webpush/encryption.h"
#include "webpush/token.h"

using namespace webpush;

namespace {

const SubscriptionId subscription = {0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7,
                                     0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf};

LinkKeys keys() { return *LinkKeys::parse("1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"); }

Notification rich() {
    Notification notification;
    notification.title = "Red shoes";
    notification.body = "Only \"today\":\nhalf the price – for you";
    notification.target = "https://shop.example/sale?from=push";
    notification.icon = "/icon.png";
    notification.image = "https://cdn.example/shoes.jpg";
    notification.badge = "/badge.png";
    notification.language = "en";
    notification.buttons = {{"buy", "Buy now", "/buy"}, {"later", "Remind me", ""}};
    notification.silent = true;
    notification.require_interaction = true;
    return notification;
}

Notification standard() {
    Notification notification;
    notification.title = "Red shoes";
    notification.target = "https://partner.example/";
    return notification;
}

PayloadContext context(Platform platform = Platform::chrome_desktop) {
    PayloadContext context;
    context.site = "default";
    context.origin = "https://shop.example";
    context.push_path = "/push/";
    context.tag = "run-12";
    context.run = 12;
    context.subscription = subscription;
    context.issued = 1700000000;
    context.platform = platform;
    return context;
}

// The click link's target that the payload's notification carries.
std::string target_of(const std::string& target) {
    Notification notification = standard();
    notification.target = target;
    const auto payload = render_payload(notification, context(), keys());
    JsonReader reader;
    const auto json = reader.parse(payload->json);
    const std::string url = text_of(*json->object("notification"), "navigate");
    const std::string prefix = "https://shop.example/push/c/";
    if (!url.starts_with(prefix)) { return "another link"; }
    const auto link = verify_click(url.substr(prefix.size()), "default", keys());
    return link ? link->target : "a link that does not verify";
}

void size_limits() {
    Notification notification = rich();
    const std::size_t all = render_payload(notification, context(), keys())->json.size();
    notification.buttons.clear();
    const std::size_t no_buttons = render_payload(notification, context(), keys())->json.size();
    notification.image.clear();
    const std::size_t least = render_payload(notification, context(), keys())->json.size();

    const auto reduced_at = [](std::size_t size) -> std::string {
        Notification longer = rich();
        const std::size_t now = render_payload(longer, context(), keys())->json.size();
        longer.body += std::string(size - now, 'x');
        const auto payload = render_payload(longer, context(), keys());
        if (!payload) { return std::string(info(payload.error().problem).code); }
        return payload->json.size() <= max_plaintext ? std::string(payload->reduced) : "too big";
    };
    tap::is(reduced_at(max_plaintext), "", "exactly as much as goes");
    tap::is(reduced_at(max_plaintext + 1), "buttons", "one octet more costs the buttons");
    tap::is(reduced_at(max_plaintext + all - no_buttons), "buttons",
            "and is enough up to their size");
    tap::is(reduced_at(max_plaintext + all - no_buttons + 1), "image", "then the picture");
    tap::is(reduced_at(max_plaintext + all - least), "image", "up to its size too");
    tap::is(reduced_at(max_plaintext + all - least + 1), "body_too_large", "then nothing helps");

    Notification medium = standard();
    medium.body = std::string(3000, 'x');
    tap::ok(render_payload(medium, context(Platform::chrome_android), keys()).ok(),
            "3 kB to Chrome");
    tap::ok(!render_payload(medium, context(Platform::firefox_android), keys()).ok(),
            "but not to Firefox on Android");
}

}  // namespace

int main() {
    const auto rich_payload = render_payload(rich(), context(), keys());
    const auto standard_payload = render_payload(standard(), context(), keys());
    is_golden(rich_payload->json + "\n" + standard_payload->json + "\n", "payloads.jsonl");
    tap::is(rich_payload->reduced, "", "nothing was left out");

    tap::subtest("delivery token", [&] {
        JsonReader reader;
        const auto json = reader.parse(rich_payload->json);
        const auto token =
            verify_delivery(text_of(*json->object("webpush"), "token"), "default", keys());
        tap::ok(token && token->run == 12 && token->subscription == subscription &&
                    token->issued == 1700000000,
                "verifies");
    });
    tap::subtest("targets on the site's own origin are paths", [] {
        tap::is(target_of("/sale"), "/sale", "a path");
        tap::is(target_of("https://shop.example/sale?a=b#c"), "/sale?a=b#c", "the origin goes");
        tap::is(target_of("https://shop.example"), "/", "the origin alone");
        tap::is(target_of("https://shop.example.evil.example/x"),
                "https://shop.example.evil.example/x", "a look-alike stays");
        tap::is(target_of("https://shop.example//evil.example/"),
                "https://shop.example//evil.example/", "what would become another host stays");
        tap::is(target_of("https://shop.example?x"), "https://shop.example?x", "no path stays");
    });
    tap::subtest("size limits", size_limits);

    tap::subtest("Topic", [] {
        const std::string secret(32, 's');
        const std::string one = topic(secret, "news", subscription);
        tap::is(one, "O-779wrc0tLvjygwSwRZcyySuSz8KLsO", "HMAC of collapse key and subscription");
        tap::is(one.size(), 32, "32 characters");
        tap::ok(one != topic(secret, "news", SubscriptionId{}), "not linkable across people");
        tap::ok(one != topic(secret, "sale", subscription), "another for another key");
        tap::ok(one != topic(std::string(32, 't'), "news", subscription), "nor across sites");
    });
    return tap::done_testing();
}
