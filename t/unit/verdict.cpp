#include "webpush/verdict.h"

#include <string>

#include "tap.h"

using namespace webpush;

namespace {

void is_verdict(const PushAnswer& answer, std::string_view want, std::string_view why,
                std::source_location where = std::source_location::current()) {
    tap::is(name(judge(answer)), want, std::to_string(answer.status) + " " + std::string(why),
            where);
}

PushAnswer answer(int status, std::string_view body = {}) { return {status, body, {}, {}, {}}; }

PushAnswer wns(int status, std::string_view wns_status, std::string_view wns_error = {}) {
    return {status, {}, {}, wns_status, wns_error};
}

void waits(std::string_view header, std::int64_t want) {
    constexpr std::int64_t now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
    const auto seconds = retry_after_seconds(header, now);
    if (tap::ok(seconds.has_value(), header)) { tap::is(*seconds, want, "seconds"); }
}

}  // namespace

int main() {
    tap::subtest("accepted", [] {
        for (int status : {200, 201, 202, 204}) {
            is_verdict(answer(status), "accepted", "");
        }
        is_verdict(wns(201, "received"), "accepted", "WNS");
        is_verdict(wns(200, "Dropped"), "dropped", "thrown away by WNS");
        is_verdict(wns(200, "channelthrottled"), "retry", "throttled by WNS");
    });
    tap::subtest("the end of a subscription", [] {
        is_verdict(answer(410, "push subscription has unsubscribed or expired."), "gone", "FCM");
        is_verdict(answer(404, R"({"code":404,"errno":102})"), "gone", "Mozilla");
        is_verdict(wns(410, "", "Domain Blocked"), "refused",
                   "WNS bans the sender, not the receiver");
    });
    tap::subtest("our signature", [] {
        is_verdict(answer(401, R"({"code":401,"errno":109})"), "refused", "Mozilla");
        is_verdict(answer(403, R"({"reason":"BadJwtToken"})"), "refused", "Apple");
        is_verdict(
            answer(403,
                   "the VAPID credentials in the authorization header do not correspond to the "
                   "credentials used to create the subscriptions."),
            "key_mismatch", "FCM");
        is_verdict(answer(400, "UnauthorizedRegistration"), "key_mismatch", "old FCM");
        is_verdict(answer(400, R"({"reason":"VapidPkHashMismatch"})"), "key_mismatch", "Apple");
        is_verdict(answer(403, R"({"reason":"VapidPkHashMismatch"})"), "key_mismatch", "Apple");
    });
    tap::subtest("once more, mended", [] {
        is_verdict(answer(400, R"({"reason":"BadWebPushTopic"})"), "no_topic", "Apple");
        is_verdict(wns(400, "", "Ttl value conflicts with X-WNS-Cache-Policy."), "wns_cache",
                   "WNS");
    });
    tap::subtest("wait", [] {
        for (int status : {406, 408, 425, 429, 500, 502, 503, 504, 507}) {
            is_verdict(answer(status), "retry", "");
        }
    });
    tap::subtest("this delivery cannot succeed", [] {
        for (int status : {0, 100, 301, 302, 307, 308, 400, 405, 411, 413, 415}) {
            is_verdict(answer(status), "failed", "");
        }
    });
    tap::subtest("Retry-After", [] {
        waits("120", 120);
        waits("0", 0);
        waits("86401", 86400);
        waits("99999999999999999999", 86400);
        waits("Sun, 06 Nov 1994 08:50:37 GMT", 60);
        waits("Sun, 06 Nov 1994 08:48:37 GMT", 0);
        waits("Tue, 08 Nov 1994 08:49:37 GMT", 86400);
        waits("Mon, 29 Feb 2024 00:00:00 GMT", 86400);
        for (const char* header :
             {"", " ", "-1", "+1", "1.5", "soon", "120 s", "Sun, 06 Nov 1994 08:49:37 CET",
              "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
              "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
              "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT",
              "Sun, 06 Nov 1994 08:49:37 GMT "}) {
            tap::ok(!retry_after_seconds(header, 0), std::string("\"") + header + "\"");
        }
    });
    return tap::done_testing();
}
