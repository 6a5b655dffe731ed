#include "webpush/subscription.h"

#include "files.h"

using namespace webpush;

namespace {

const std::string endpoint = "https://fcm.googleapis.com/fcm/send/abc";
const std::string p256dh =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const std::string auth = "BTBZMqHH6r4Tts7J_aSIgg";

// A good request with some of its text replaced.
std::string subscribe_body(const std::string& what = "", const std::string& with = "") {
    std::string body = R"({"kind":"subscribe","subscription":{"endpoint":")" + endpoint +
                       R"(","expirationTime":null,"keys":{"p256dh":")" + p256dh + R"(","auth":")" +
                       auth + R"("}},"n":1,"consent":"2","vapid":"AbCdEfGh","lang":"de-DE",)" +
                       R"("tz":"Europe/Berlin","page":"/shoes"})";
    if (!what.empty()) { body.replace(body.find(what), what.size(), with); }
    return body;
}

class Parser {
public:
    // "ok" or the code and field of the refusal.
    std::string subscribe(const std::string& body) {
        return outcome(parse_subscribe(reader_, curve_, body, policy_));
    }
    std::string unsubscribe(const std::string& body) {
        return outcome(parse_unsubscribe(reader_, body));
    }

    Result<SubscribeRequest> request(const std::string& body) {
        return parse_subscribe(reader_, curve_, body, policy_);
    }

private:
    template <typename T>
    static std::string outcome(const Result<T>& result) {
        if (result.ok()) { return "ok"; }
        const Error& error = result.error();
        const std::string code(info(error.problem).code);
        return error.field.empty() ? code : code + " " + error.field;
    }

    JsonReader reader_;
    P256Curve curve_;
    EndpointPolicy policy_ = EndpointPolicy::known_services();
};

void a_good_request(Parser& parse) {
    const auto request = parse.request(subscribe_body());
    if (!tap::ok(request.ok(), "is taken")) { return; }
    tap::is(name(request->kind), "subscribe", "kind");
    tap::is(request->endpoint, endpoint, "endpoint");
    tap::ok(request->id == subscription_id(endpoint), "id");
    tap::is(base64url(view(request->p256dh)), p256dh, "p256dh");
    tap::is(base64url(view(request->auth)), auth, "auth");
    tap::is(request->counter, 1, "n");
    tap::is(request->consent + " " + request->vapid + " " + request->language + " " +
                request->time_zone + " " + request->page,
            "2 AbCdEfGh de-DE Europe/Berlin /shoes", "circumstances");
    tap::ok(!request->has_replaces, "replaces nothing");

    const auto refresh = parse.request(subscribe_body(R"("subscribe")", R"("refresh")"));
    tap::ok(refresh.ok() && refresh->kind == ConsentKind::refresh, "refresh");
    tap::is(parse.subscribe(subscribe_body(R"("n":1)", R"("n":1,"new":[{}])")), "ok",
            "unknown members are ignored");
    tap::is(parse.subscribe(subscribe_body("null", "1700000000000.5")), "ok", "expirationTime");
}

void keys(Parser& parse, const Vectors& vectors) {
    for (const JsonObject& vector : vectors.objects("p256dh_validation")) {
        const bool accept = vector.raw("accept") == "true";
        tap::is(parse.subscribe(subscribe_body(p256dh, text_of(vector, "p256dh"))),
                accept ? "ok" : "p256dh_invalid subscription.keys.p256dh",
                "p256dh " + text_of(vector, "name"));
    }
    for (const JsonObject& vector : vectors.objects("auth_validation")) {
        const std::string accept = *vector.raw("accept");
        const bool good = accept == "true" || accept.starts_with("\"lenient");
        tap::is(parse.subscribe(subscribe_body(auth, text_of(vector, "auth"))),
                good ? "ok" : "auth_invalid subscription.keys.auth",
                "auth " + text_of(vector, "name"));
    }
    const auto padded = parse.request(subscribe_body(auth, "BTBZMqHH6r4Tts7J/aSIgg=="));
    tap::ok(padded.ok() && base64url(view(padded->auth)) == auth, "padded auth is the same octets");
    tap::is(parse.subscribe(subscribe_body(auth, "%%%%")), "auth_invalid subscription.keys.auth",
            "auth that is no base64");
}

void refusals(Parser& parse) {
    const auto is = [&](const std::string& what, const std::string& with, std::string_view want) {
        tap::is(parse.subscribe(subscribe_body(what, with)), want,
                with + " for " + what.substr(0, 40));
    };
    tap::is(parse.subscribe("[]"), "malformed_json", "an array");
    is(R"("subscribe")", R"("unsubscribe")", "field_invalid kind");
    is(R"("kind")", R"("kinds")", "field_missing kind");
    is(R"("subscribe")", "1", "field_type kind");
    is(R"("subscription":{)", R"("subscription":null,"x":{)", "field_missing subscription");
    is(R"("endpoint")", R"("url")", "field_missing subscription.endpoint");
    is("https:", "http:", "endpoint_invalid subscription.endpoint");
    is("fcm.", "xfcm.", "endpoint_host_refused subscription.endpoint");
    is("/abc", "/" + std::string(max_endpoint_length, 'a'), "field_too_long subscription.endpoint");
    is("null", R"("soon")", "field_type subscription.expirationTime");
    is(R"("keys")", R"("key")", "field_missing subscription.keys");
    is(R"("p256dh")", R"("p256")", "field_missing subscription.keys.p256dh");
    is(R"("auth":")" + auth + "\"", R"("auth":5)", "field_type subscription.keys.auth");
    is(R"("n":1)", R"("n":0)", "field_invalid n");
    is(R"("n":1)", R"("n":-1)", "field_invalid n");
    is(R"("n":1)", R"("n":9007199254740992)", "field_invalid n");
    is(R"("n":1)", R"("n":9007199254740991)", "ok");
    is(R"("n":1)", R"("n":1.5)", "field_type n");
    is(R"("n":1)", R"("n":"1")", "field_type n");
    is(R"("n":1)", R"("m":1)", "field_missing n");
    is(R"("consent":"2",)", "", "field_missing consent");
    is(R"("2")", R"("")", "field_missing consent");
}

void caps(Parser& parse) {
    const std::tuple<const char*, const char*, std::size_t> members[] = {
        {"consent", R"("2")", 64},     {"vapid", R"("AbCdEfGh")", 32},
        {"lang", R"("de-DE")", 35},    {"tz", R"("Europe/Berlin")", 64},
        {"page", R"("/shoes")", 1024},
    };
    for (const auto& [name, value, cap] : members) {
        const auto with = [&, v = std::string(value)](const std::string& text) {
            return parse.subscribe(subscribe_body(v, "\"" + text + "\""));
        };
        const std::string field(name);
        tap::is(with(std::string(cap, 'a')), "ok", field + " as long as may be");
        tap::is(with(std::string(cap + 1, 'a')), "field_too_long " + field, field + " one longer");
        tap::is(with("a\\nb"), "field_invalid " + field, field + " with a line break");
        tap::is(with("a\\u0000b"), "field_invalid " + field, field + " with NUL");
    }
}

void replaces(Parser& parse) {
    const std::string old_endpoint = "https://updates.push.services.mozilla.com/wpush/v2/old";
    const auto with = [](const std::string& url) {
        return subscribe_body(R"("n":1)", R"("n":1,"replaces":")" + url + "\"");
    };
    const auto request = parse.request(with(old_endpoint));
    tap::ok(
        request.ok() && request->has_replaces && request->replaces == subscription_id(old_endpoint),
        "the endpoint that it follows");
    const auto same = parse.request(with(endpoint));
    tap::ok(same.ok() && !same->has_replaces, "itself is nothing to replace");
    tap::is(parse.subscribe(with("http://a.example/")), "endpoint_invalid replaces", "no endpoint");
}

}  // namespace

int main() {
    const Vectors vectors;
    Parser parse;
    tap::subtest("a good request", [&] { a_good_request(parse); });
    tap::subtest("keys", [&] { keys(parse, vectors); });
    tap::subtest("refusals", [&] { refusals(parse); });
    tap::subtest("caps and control characters", [&] { caps(parse); });
    tap::subtest("replaces", [&] { replaces(parse); });
    tap::is(parse.subscribe(R"({"kind":"refresh",)" +
                            subscribe_body(R"("consent":"2",)", "")
                                .substr(std::string(R"({"kind":"subscribe",)").size())),
            "ok", "a refresh needs no consent");
    tap::subtest("unsubscribe", [&] {
        tap::is(parse.unsubscribe(R"({"endpoint":"https://unknown.example/x","n":3})"), "ok",
                "any endpoint may leave");
        tap::is(parse.unsubscribe(R"({"endpoint":"http://unknown.example/x","n":3})"),
                "endpoint_invalid endpoint", "that is one");
        tap::is(parse.unsubscribe(R"({"n":3})"), "field_missing endpoint", "endpoint");
        tap::is(parse.unsubscribe(R"({"endpoint":"https://a.example/x"})"), "field_missing n", "n");
        tap::is(parse.unsubscribe(R"({"endpoint":"https://a.example/x","n":0})"), "field_invalid n",
                "n from 1");
    });
    return tap::done_testing();
}
