#include "edge.h"

#include <algorithm>
#include <utility>

#include "clock.h"
#include "visitors.h"
#include "webpush/base64url.h"
#include "webpush/json_out.h"
#include "webpush/verdict.h"

namespace pushsim {
namespace {

constexpr std::uint64_t first_pause = 200;     // ms; doubles when the edge names no time
constexpr std::uint64_t longest_pause = 3000;  // ms
constexpr std::int64_t report_for = 15'000;    // ms, as the service worker does
constexpr std::int64_t for_ever = -1;

// A visitor's address, for an edge that takes it from a proxy (nginx: real_ip_header): of the block
// that is kept for tests (RFC 2544).
std::string address_of(const Browser& browser) {
    const std::size_t low = browser.index & 0xffff;
    const std::size_t second = 18 + (browser.index >> 16 & 1);
    return "198." + std::to_string(second) + "." + std::to_string(low >> 8) + "." +
           std::to_string(low & 0xff);
}

std::string subscribe_body(const Browser& browser, const SiteConfig& config) {
    std::string body;
    webpush::JsonWriter json(body);
    json.begin_object();
    json.member("kind", "subscribe");
    json.key("subscription");
    json.begin_object();
    json.member("endpoint", browser.endpoint);
    json.key("expirationTime");
    json.null();
    json.key("keys");
    json.begin_object();
    json.member("p256dh", webpush::base64url(webpush::view(browser.keys.public_key)));
    json.member("auth", webpush::base64url(webpush::view(browser.auth)));
    json.end_object();
    json.end_object();
    json.member("n", browser.counter);
    json.member("consent", config.consent);
    json.member("vapid", config.vapid);
    json.member("lang", browser.language);
    json.member("tz", browser.time_zone);
    json.member("page", "/");
    json.end_object();
    return body;
}

std::string event_body(std::string_view event, std::string_view token) {
    std::string body;
    webpush::JsonWriter json(body);
    json.begin_object();
    json.member("event", event);
    json.member("token", token);
    json.end_object();
    return body;
}

// The site's own origin may have another name for the visitors than the edge has here.
std::string path_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    const std::size_t slash = scheme == url.npos ? url.find('/') : url.find('/', scheme + 3);
    return slash == url.npos ? "/" : std::string(url.substr(slash));
}

bool is_temporary(const HttpAnswer* answer) {
    return answer == nullptr || answer->status() == 429 || answer->status() == 503;
}

bool is_good(const HttpAnswer& answer) { return answer.status() >= 200 && answer.status() < 300; }

}  // namespace

// A POST that is tried again while the edge is not ready for it.
struct Edge::Post {
    EdgeRequest request;
    std::int64_t until;  // unix ms
    std::string_view kind;
    std::function<void(bool)> done;
    std::uint64_t pause = first_pause;
};

Edge::Edge(EdgeClient& client, Agenda& agenda, std::string push_path, Tally& tally)
    : client_(client), agenda_(agenda), push_path_(std::move(push_path)), tally_(tally) {}

void Edge::read_config(std::function<void(std::optional<SiteConfig>)> done) {
    client_.send(
        {"GET " + push_path_ + "config.json HTTP/1.1\r\n", {}},
        [this, done = std::move(done)](const HttpAnswer* answer) { done(parse_config(answer)); });
}

std::optional<SiteConfig> Edge::parse_config(const HttpAnswer* answer) {
    if (answer == nullptr || answer->status() != 200) { return std::nullopt; }
    constexpr std::size_t max_text = 256;
    const auto json = reader_.parse(answer->body());
    if (!json) { return std::nullopt; }
    const auto vapid = json->string("vapid", max_text);
    const auto key = json->string("applicationServerKey", max_text);
    const auto consent = json->string("consent", max_text);
    if (!vapid || !key || !consent) { return std::nullopt; }
    const auto octets = webpush::base64url_decode(*key);
    const auto point = octets ? webpush::to_octets<65>(*octets) : std::nullopt;
    if (!point) { return std::nullopt; }
    return SiteConfig{std::string(*vapid), *point, std::string(*consent)};
}

void Edge::subscribe(Browser& browser, const SiteConfig& config, std::function<void(bool)> done) {
    browser.asked = true;
    EdgeRequest request{head(browser, "POST", push_path_ + "subscribe"),
                        subscribe_body(browser, config)};
    post({std::move(request), for_ever, "subscribe", std::move(done)});
}

void Edge::report(const Browser& browser, std::string_view event, std::string_view token,
                  std::function<void()> done) {
    EdgeRequest request{head(browser, "POST", push_path_ + "event"), event_body(event, token)};
    post({std::move(request), now_ms() + report_for, event, [done = std::move(done)](bool taken) {
              if (taken) { done(); }
          }});
}

void Edge::open(const Browser& browser, std::string_view link, std::function<void()> done) {
    client_.send({head(browser, "GET", path_of(link)), {}},
                 [this, done = std::move(done)](const HttpAnswer* answer) {
                     if (answer != nullptr && answer->status() == 302) { return done(); }
                     ++tally_.errors[answer == nullptr ? "click: in doubt" : "click: refused"];
                 });
}

std::string Edge::head(const Browser& browser, std::string_view method,
                       std::string_view path) const {
    std::string head = std::string(method) + " " + std::string(path) + " HTTP/1.1\r\n";
    head += "User-Agent: " + std::string(class_of(browser.platform).user_agent) + "\r\n";
    head += "Accept-Language: " + browser.language + "\r\n";
    head += "X-Forwarded-For: " + address_of(browser) + "\r\n";
    if (method == "POST") {
        head += "Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\n";
        head += "Origin: http://" + client_.host() + "\r\n";
    } else {
        head += "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\n";
    }
    return head;
}

void Edge::post(Post post) {
    const EdgeRequest request = post.request;
    client_.send(request, [this, post = std::move(post)](const HttpAnswer* answer) mutable {
        settle(std::move(post), answer);
    });
}

void Edge::settle(Post post, const HttpAnswer* answer) {
    if (answer != nullptr && is_good(*answer)) { return post.done(true); }
    const std::string kind(post.kind);
    if (!is_temporary(answer)) {
        ++tally_.errors[kind + ": refused with " + std::to_string(answer->status())];
        return post.done(false);
    }
    ++tally_.errors[kind + ": tried again"];
    std::uint64_t wait = post.pause;
    post.pause = std::min(2 * post.pause, longest_pause);
    if (answer != nullptr) {
        const auto asked = webpush::retry_after_seconds(answer->retry_after(), now_ms() / 1000);
        if (asked) { wait = static_cast<std::uint64_t>(*asked) * 1000; }
    }
    if (post.until != for_ever && now_ms() + static_cast<std::int64_t>(wait) > post.until) {
        ++tally_.errors[kind + ": given up"];
        return post.done(false);
    }
    agenda_.after(wait, [this, post = std::move(post)]() mutable { this->post(std::move(post)); });
}

}  // namespace pushsim
