#include "subscription.h"

#include <algorithm>

#include "base64url.h"
#include "field_reader.h"

namespace webpush {
namespace {

constexpr std::size_t max_kind = 16;
constexpr std::size_t max_key_text = 128;  // p256dh has 88 characters with padding
constexpr std::size_t max_consent = 64;
constexpr std::size_t max_vapid = 32;
constexpr std::size_t max_language = 35;  // RFC 5646 section 4.4.1
constexpr std::size_t max_time_zone = 64;
constexpr std::size_t max_page = 1024;
constexpr std::int64_t max_counter = (std::int64_t{1} << 53) - 1;  // what JavaScript counts to

// The endpoint's problem, with the member's path.
Error at_member(const JsonObject& json, std::string_view name, const Error& error) {
    return json.error(error.problem, name, error.detail);
}

Result<std::string_view> endpoint_text(const JsonObject& json, std::string_view name) {
    auto text = json.string(name, max_endpoint_length);
    if (!text) { return text; }
    const auto endpoint = parse_endpoint(*text);
    if (!endpoint) { return at_member(json, name, endpoint.error()); }
    return text;
}

// A member holding base64 in any spelling. Error: `problem`, also when it is no base64.
Result<std::string> key_octets(const JsonObject& keys, std::string_view name, Problem problem) {
    const auto text = keys.string(name, max_key_text);
    if (!text) { return text.error(); }
    std::optional<std::string> octets = base64_decode_lenient(*text);
    if (!octets) { return keys.error(problem, name, "not base64url"); }
    return std::move(*octets);
}

Result<PublicKey> read_p256dh(const JsonObject& keys, P256Curve& curve) {
    const auto octets = key_octets(keys, "p256dh", Problem::p256dh_invalid);
    if (!octets) { return octets.error(); }
    if (!curve.is_valid(*octets)) { return keys.error(Problem::p256dh_invalid, "p256dh"); }
    return *to_octets<65>(*octets);
}

Result<Octets<16>> read_auth(const JsonObject& keys) {
    const auto octets = key_octets(keys, "auth", Problem::auth_invalid);
    if (!octets) { return octets.error(); }
    const auto auth = to_octets<16>(*octets);
    if (!auth) { return keys.error(Problem::auth_invalid, "auth", "16 octets are expected"); }
    const bool all_equal = std::all_of(auth->begin(), auth->end(),
                                       [&](unsigned char c) { return c == auth->front(); });
    if (all_equal) { return keys.error(Problem::auth_invalid, "auth", "all octets are equal"); }
    return *auth;
}

Result<ConsentKind> read_kind(const JsonObject& json) {
    const auto kind = json.string("kind", max_kind);
    if (!kind) { return kind.error(); }
    for (ConsentKind known : {ConsentKind::subscribe, ConsentKind::refresh}) {
        if (*kind == name(known)) { return known; }
    }
    return json.error(Problem::field_invalid, "kind", "subscribe or refresh");
}

// The member "subscription": PushSubscription.toJSON() of the Push API.
std::optional<Error> read_push_subscription(const JsonObject& json, P256Curve& curve,
                                            const EndpointPolicy& policy,
                                            SubscribeRequest& request) {
    const auto endpoint = json.string("endpoint", max_endpoint_length);
    if (!endpoint) { return endpoint.error(); }
    const auto checked = policy.check(*endpoint);
    if (!checked) { return at_member(json, "endpoint", checked.error()); }
    // Always null in practice; a number is checked and not used.
    const auto expiration = json.number_or("expirationTime", 0);
    if (!expiration) { return expiration.error(); }

    const auto keys = json.object("keys");
    if (!keys) { return keys.error(); }
    const auto p256dh = read_p256dh(*keys, curve);
    if (!p256dh) { return p256dh.error(); }
    const auto auth = read_auth(*keys);
    if (!auth) { return auth.error(); }

    request.endpoint = *endpoint;
    request.id = subscription_id(*endpoint);
    request.p256dh = *p256dh;
    request.auth = *auth;
    return std::nullopt;
}

std::optional<Error> read_circumstances(const JsonObject& json, SubscribeRequest& request) {
    FieldReader read(json);
    request.counter = read.integer_between("n", 1, max_counter);
    request.consent = request.kind == ConsentKind::subscribe
                          ? read.line("consent", max_consent)
                          : read.line_or_empty("consent", max_consent);
    request.vapid = read.line_or_empty("vapid", max_vapid);
    request.language = read.line_or_empty("lang", max_language);
    request.time_zone = read.line_or_empty("tz", max_time_zone);
    request.page = read.line_or_empty("page", max_page);
    return read.error();
}

std::optional<Error> read_replaces(const JsonObject& json, SubscribeRequest& request) {
    if (!json.has("replaces")) { return std::nullopt; }
    const auto endpoint = endpoint_text(json, "replaces");
    if (!endpoint) { return endpoint.error(); }
    request.replaces = subscription_id(*endpoint);
    request.has_replaces = request.replaces != request.id;  // some browsers hand out the same one
    return std::nullopt;
}

}  // namespace

Result<SubscribeRequest> parse_subscribe(JsonReader& reader, P256Curve& curve,
                                         std::string_view body, const EndpointPolicy& policy) {
    const auto json = reader.parse(body);
    if (!json) { return json.error(); }
    const auto kind = read_kind(*json);
    if (!kind) { return kind.error(); }
    const auto subscription = json->object("subscription");
    if (!subscription) { return subscription.error(); }

    SubscribeRequest request;
    request.kind = *kind;
    auto error = read_push_subscription(*subscription, curve, policy, request);
    if (!error) { error = read_circumstances(*json, request); }
    if (!error) { error = read_replaces(*json, request); }
    if (error) { return *error; }
    return request;
}

Result<UnsubscribeRequest> parse_unsubscribe(JsonReader& reader, std::string_view body) {
    const auto json = reader.parse(body);
    if (!json) { return json.error(); }
    const auto endpoint = endpoint_text(*json, "endpoint");
    if (!endpoint) { return endpoint.error(); }

    FieldReader read(*json);
    const std::int64_t counter = read.integer_between("n", 1, max_counter);
    return read.finish<UnsubscribeRequest>(UnsubscribeRequest{subscription_id(*endpoint), counter});
}

}  // namespace webpush
