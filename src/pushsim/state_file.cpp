#include "state_file.h"

#include <stdexcept>

#include "webpush/base64url.h"
#include "webpush/endpoint.h"
#include "webpush/json_in.h"
#include "webpush/json_out.h"

namespace pushsim {
namespace {

using webpush::JsonObject;
using webpush::JsonWriter;
using webpush::Result;

constexpr int version = 1;
constexpr std::size_t max_text = webpush::max_endpoint_length;

// What a line lacks, or has wrong, ends the reading.
template <typename T>
T need(Result<T> result) {
    if (!result) { throw std::runtime_error("member " + result.error().field); }
    return std::move(result).value();
}

template <typename T>
T need(std::optional<T> value, const char* what) {
    if (!value) { throw std::runtime_error(std::string("member ") + what); }
    return *value;
}

template <std::size_t N>
webpush::Octets<N> octets(const JsonObject& json, const char* name) {
    const auto bytes = webpush::base64url_decode(need(json.string(name, max_text)));
    return need(bytes ? webpush::to_octets<N>(*bytes) : std::nullopt, name);
}

void read_browser(const JsonObject& json, std::size_t index, State& state) {
    if (index != state.browsers.size()) { throw std::runtime_error("not the next browser"); }
    Browser& browser = state.browsers.emplace_back();
    browser.index = index;
    browser.platform = webpush::platform_from_name(need(json.string("platform", max_text)));
    browser.time_zone = need(json.string("tz", max_text));
    browser.language = need(json.string("lang", max_text));
    browser.endpoint = need(json.string("endpoint", max_text));
    browser.id = webpush::subscription_id(browser.endpoint);
    browser.keys.private_key = octets<32>(json, "private");
    browser.keys.public_key = need(webpush::public_key_of(browser.keys.private_key), "private");
    browser.auth = octets<16>(json, "auth");
    browser.bound_key = octets<65>(json, "bound");
    browser.counter = need(json.integer("n"));
}

void read_delivery(const JsonObject& json, Browser& browser) {
    Delivery& delivery = browser.deliveries[need(json.integer("run"))];
    delivery.accepted = static_cast<int>(need(json.integer("accepted")));
    delivery.displayed = need(json.boolean_or("displayed", false));
    delivery.shown = need(json.boolean_or("shown", false));
    delivery.closed = need(json.boolean_or("closed", false));
    delivery.clicks = static_cast<int>(need(json.integer("clicks")));
}

void read_header(const JsonObject& json, State& state) {
    if (need(json.integer("v")) != version) { throw std::runtime_error("another version"); }
    state.seed = std::stoull(std::string(need(json.string("seed", 20))));
}

void read_line(const JsonObject& json, State& state) {
    if (json.has("v")) { return read_header(json, state); }
    const auto index = static_cast<std::size_t>(need(json.integer("browser")));
    if (json.has("endpoint")) { return read_browser(json, index, state); }
    if (index >= state.browsers.size()) { throw std::runtime_error("unknown browser"); }
    Browser& browser = state.browsers[index];
    if (json.has("run")) { return read_delivery(json, browser); }
    browser.asked = browser.acknowledged = need(json.boolean_or("acknowledged", false));
}

JsonWriter begin(std::string& line, const Browser& browser) {
    JsonWriter json(line);
    json.begin_object();
    json.member("browser", browser.index);
    return json;
}

}  // namespace

State parse_state(std::string_view text) {
    State state;
    webpush::JsonReader reader;
    std::size_t number = 0;
    for (std::size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
        ++number;
        try {
            read_line(need(reader.parse(text.substr(0, end))), state);
        } catch (const std::exception& error) {
            throw std::runtime_error("line " + std::to_string(number) + ": " + error.what());
        }
    }
    return state;
}

std::string state_header(std::uint64_t seed) {
    std::string line;
    JsonWriter json(line);
    json.begin_object();
    json.member("v", version);
    json.member("seed", std::to_string(seed));
    json.end_object();
    return line;
}

std::string browser_line(const Browser& browser) {
    std::string line;
    JsonWriter json = begin(line, browser);
    json.member("platform", webpush::name(browser.platform));
    json.member("tz", browser.time_zone);
    json.member("lang", browser.language);
    json.member("endpoint", browser.endpoint);
    json.member("private", webpush::base64url(webpush::view(browser.keys.private_key)));
    json.member("auth", webpush::base64url(webpush::view(browser.auth)));
    json.member("bound", webpush::base64url(webpush::view(browser.bound_key)));
    json.member("n", browser.counter);
    json.end_object();
    return line;
}

std::string acknowledged_line(const Browser& browser) {
    std::string line;
    JsonWriter json = begin(line, browser);
    json.member("acknowledged", true);
    json.end_object();
    return line;
}

std::string delivery_line(const Browser& browser, std::int64_t run, const Delivery& delivery) {
    std::string line;
    JsonWriter json = begin(line, browser);
    json.member("run", run);
    json.member("accepted", delivery.accepted);
    json.member("displayed", delivery.displayed);
    json.member("shown", delivery.shown);
    json.member("closed", delivery.closed);
    json.member("clicks", delivery.clicks);
    json.end_object();
    return line;
}

}  // namespace pushsim
