// send/vapid_cache.h: when a token is made, used again, renewed.
#include "send/vapid_cache.h"

#include "tap.h"

using namespace webpushd;

int main() {
    constexpr std::int64_t start = 1'800'000'000;
    constexpr std::int64_t hour = 3600;
    const VapidKey key{"key-1", webpush::generate_key_pair()};
    const VapidKey other{"key-2", webpush::generate_key_pair()};
    const std::string contact = "mailto:push@shop.example";
    VapidCache cache;
    const auto get = [&](std::int64_t now) { return cache.get("push.example", key, contact, now); };

    const auto first = get(start);
    tap::ok(first->starts_with("vapid t="), "an Authorization header");
    tap::ok(get(start + 6 * hour - 1) == first, "is used again for half its life");
    tap::ok(cache.get("other.example", key, contact, start) != first, "not for another service");
    tap::ok(cache.get("push.example", other, contact, start) != first, "nor for another key");
    tap::ok(cache.get("push.example", key, "mailto:x@shop.example", start) != first, "nor with another contact");

    const auto second = get(start + 6 * hour);
    tap::ok(second != first, "then another one is made");
    tap::ok(get(start) != second, "also when the clock was set back");

    const auto before = get(start + 6 * hour);
    cache.renew("push.example", key, contact, start + 6 * hour + 10);
    const auto fresh = get(start + 6 * hour + 10);
    tap::ok(fresh != before, "one that was refused is renewed at once");
    cache.renew("push.example", key, contact, start + 6 * hour + 20);
    tap::ok(get(start + 6 * hour + 20) == fresh, "but at most once an hour");
    cache.renew("push.example", key, contact, start + 7 * hour + 10);
    tap::ok(get(start + 7 * hour + 10) != fresh, "and then again");
    return tap::done_testing();
}
