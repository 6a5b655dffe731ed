#include "webpush/endpoint.h"

#include "files.h"

using namespace webpush;

namespace {

const std::string host = "https://updates.push.services.mozilla.com";

void is_invalid(const std::string& url) {
    const auto parsed = parse_endpoint(url);
    tap::ok(!parsed.ok() && parsed.error().problem == Problem::endpoint_invalid,
            tap::shown(url.substr(0, 60)));
}

}  // namespace

int main() {
    tap::subtest("taken apart", [] {
        const std::string url = "https://wns2-db5p.notify.windows.com/w/?token=BQYAAAC%2bx%2f%3d";
        const auto endpoint = parse_endpoint(url);
        if (!tap::ok(endpoint.ok(), "is one")) { return; }
        tap::is(endpoint->host, "wns2-db5p.notify.windows.com", "host");
        tap::is(endpoint->target, "/w/?token=BQYAAAC%2bx%2f%3d", "target, byte-exact");
        tap::is(parse_endpoint("https://a.example:443/x")->host, "a.example", "port 443");
        tap::is(parse_endpoint("https://a.example/")->target, "/", "shortest");
        tap::ok(parse_endpoint("https://a.example/wp/abc:APA91b-_~!$&()*+,;=@").ok(),
                "all that may stand");
    });
    tap::subtest("what is no endpoint", [] {
        for (const char* rest :
             {"",          "?x",      "/a b", "/a#b", "/a\"b",           "/a<b",        "/a\\b",
              "/a^b",      "/a`b",    "/a{b", "/a|b", "/a\tb",           "/a\r\nb",     "/a\x7f",
              "/\xc3\xa9", "/%",      "/%4",  "/%4g", ":80/x",           ":4430/x",     ":/x",
              ":443",      ".:443/x", "./x",  "\\x/", "@evil.example/x", "%2eexample/x"}) {
            is_invalid(host + rest);
        }
        is_invalid(host + "/" + std::string(max_endpoint_length, 'a'));
        tap::ok(parse_endpoint(host + "/" + std::string(max_endpoint_length - host.size() - 1, 'a'))
                    .ok(),
                "the longest is one");
        tap::ok(!parse_endpoint(std::string_view("https://a.example/\0x", 20)).ok(), "NUL");
    });
    tap::subtest("what is no host", [] {
        for (const char* url : {"http://a.example/",
                                "//a.example/",
                                "a.example/",
                                "HTTPS://a.example/",
                                "https:/a.example/",
                                "https:///x",
                                "https://localhost/x",
                                "https://127.0.0.1/x",
                                "https://127.1/x",
                                "https://0x7f.0.0.1/x",
                                "https://a.0x7f/x",
                                "https://2130706433/x",
                                "https://[::1]/x",
                                "https://a.example./x",
                                "https://.a.example/x",
                                "https://a..example/x",
                                "https://-a.example/x",
                                "https://a-.example/x",
                                "https://A.example/x",
                                "https://a_b.example/x",
                                "https://user:pw@a.example/x",
                                "https://a.example%00/x",
                                "https://b\xc3\xbc"
                                "cher.example/x",
                                " https://a.example/x",
                                "https://a.example/x "}) {
            is_invalid(url);
        }
        is_invalid("https://" + std::string(64, 'a') + ".example/x");
    });

    EndpointPolicy policy = EndpointPolicy::known_services();
    const auto verdict = [&policy](const std::string& url) {
        const auto endpoint = policy.check(url);
        return endpoint.ok() ? std::string_view("ok") : info(endpoint.error().problem).code;
    };
    tap::subtest("known push services", [&] {
        for (const char* known :
             {"fcm.googleapis.com/fcm/send/a:b", "fcm.googleapis.com/wp/a:b",
              "jmt17.google.com/fcm/send/x", "updates.push.services.mozilla.com/wpush/v2/x",
              "web.push.apple.com/x", "api.push.apple.com/x",
              "wns2-par02p.notify.windows.com/w/?token=x"}) {
            tap::is(verdict(std::string("https://") + known), "ok", known);
        }
    });
    tap::subtest("look-alikes and others", [&] {
        for (const char* unknown :
             {"permanently-removed.invalid/fcm/send/x", "android.googleapis.com/gcm/send/x",
              "evil.example/?.push.apple.com/", "web.push.apple.com.evil.example/x",
              "evilpush.apple.com/x", "xfcm.googleapis.com/x", "a.fcm.googleapis.com/x",
              "google.com/x", "notify.windows.com/x", "push.apple.com/x",
              "fcm.googleapis.com.evil.example/x"}) {
            tap::is(verdict(std::string("https://") + unknown), "endpoint_host_refused", unknown);
        }
        tap::is(verdict("https://fcm.googleapis.com:8443/x"), "endpoint_invalid", "another port");
    });
    tap::subtest("hosts allowed in addition", [&] {
        policy.allow("ntfy.shop.example");
        policy.allow(".up.example");
        tap::is(verdict("https://ntfy.shop.example/up"), "ok", "by equality");
        tap::is(verdict("https://x.ntfy.shop.example/up"), "endpoint_host_refused", "not below it");
        tap::is(verdict("https://a.up.example/x"), "ok", "by suffix");
        tap::is(verdict("https://web.push.apple.com/x"), "ok", "the known ones too");
        policy.allow(".invalid");
        policy.allow("android.googleapis.com");
        tap::is(verdict("https://permanently-removed.invalid/fcm/send/x"), "endpoint_host_refused",
                "but none that is dead");
        tap::is(verdict("https://android.googleapis.com/gcm/send/x"), "endpoint_host_refused",
                "nor a service that is no more");
        tap::ok(is_dead_endpoint("https://permanently-removed.invalid/fcm/send/x") &&
                    !is_dead_endpoint("https://fcm.googleapis.com/fcm/send/x"),
                "which can be told");
    });

    const SubscriptionId id = subscription_id("https://fcm.googleapis.com/fcm/send/abc");
    tap::is(std::string(view(id)), from_hex("4e9bdab8bbe7189c00aebb0922fc49fe"),
            "subscription id: first 16 octets of SHA-256");
    tap::is(bucket_of(id), id[0], "bucket: its first octet");
    return tap::done_testing();
}
