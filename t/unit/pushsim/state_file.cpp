// What browsers remember over restarts.
#include "state_file.h"

#include <stdexcept>
#include <string>

#include "tap.h"
#include "webpush/endpoint.h"
#include "webpush/hmac.h"

using pushsim::Browser;
using pushsim::Delivery;
using pushsim::State;

namespace {

Browser browser(std::size_t index) {
    Browser made;
    made.index = index;
    made.platform = webpush::Platform::firefox_android;
    made.time_zone = "Europe/Berlin";
    made.language = "de-DE";
    made.endpoint = "https://updates.push.services.mozilla.com/wpush/v2/" + std::to_string(index);
    made.id = webpush::subscription_id(made.endpoint);
    made.keys = webpush::generate_key_pair();
    webpush::random_bytes(made.auth.data(), made.auth.size());
    made.bound_key = webpush::generate_key_pair().public_key;
    made.counter = 1'800'000'000'123;
    return made;
}

std::string complaint(std::string_view text) {
    try {
        pushsim::parse_state(text);
        return "";
    } catch (const std::runtime_error& error) { return error.what(); }
}

void round_trip() {
    const Browser first = browser(0);
    const Browser second = browser(1);
    Delivery delivery{.accepted = 1, .displayed = true};
    std::string text = pushsim::state_header(18446744073709551615u) + '\n';
    text += browser_line(first) + '\n' + browser_line(second) + '\n';
    text += acknowledged_line(second) + '\n' + delivery_line(second, 7, delivery) + '\n';
    delivery = {.accepted = 2, .displayed = true, .shown = true, .closed = false, .clicks = 3};
    text += delivery_line(second, 7, delivery) + '\n' + R"({"browser":0,"ackn)";

    const State state = pushsim::parse_state(text);
    tap::is(state.seed.value_or(0), 18446744073709551615u, "the seed");
    tap::is(state.browsers.size(), 2u, "both browsers");
    const Browser& read = state.browsers.back();
    tap::is(read.index, 1u, "index");
    tap::ok(read.platform == second.platform, "platform");
    tap::is(read.time_zone + read.language, "Europe/Berlinde-DE", "time zone and language");
    tap::is(read.endpoint, second.endpoint, "endpoint");
    tap::ok(read.id == second.id && read.auth == second.auth, "id and secret");
    tap::ok(read.keys.private_key == second.keys.private_key, "private key");
    tap::ok(read.keys.public_key == second.keys.public_key, "public key");
    tap::ok(read.bound_key == second.bound_key, "the key that it subscribed with");
    tap::is(read.counter, second.counter, "counter");
    tap::ok(read.acknowledged && !state.browsers.front().acknowledged,
            "acknowledged; not what an unfinished line says");
    const Delivery& last = read.deliveries.at(7);
    tap::ok(last.accepted == 2 && last.displayed && last.shown && !last.closed && last.clicks == 3,
            "the last line about a delivery");
}

void foreign() {
    tap::ok(!pushsim::parse_state("").seed, "nothing yet");
    tap::is(complaint("{\"v\":2,\"seed\":\"1\"}\n"), "line 1: another version", "another version");
    tap::is(complaint("hello\n"), "line 1: member ", "no JSON");
    tap::is(complaint(acknowledged_line(browser(0)) + '\n'), "line 1: unknown browser",
            "about nobody");
    tap::is(complaint(browser_line(browser(1)) + '\n'), "line 1: not the next browser", "a gap");
}

}  // namespace

int main() {
    tap::subtest("written and read", round_trip);
    tap::subtest("what is no state", foreign);
    return tap::done_testing();
}
