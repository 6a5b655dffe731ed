// send/http1_session.h, send/http2_session.h: an answer that has come counts, however its exchange
// or its connection ends.
#include "send/http1_session.h"
#include "send/http2_session.h"

#include <optional>

#include "tap.h"

using webpushd::ExchangeEnd;

namespace {

struct Ends : webpushd::ExchangeListener {
    std::optional<ExchangeEnd> end;
    void finished(webpushd::Exchange&, ExchangeEnd how) override { end = how; }
};

struct Request : webpushd::Exchange {
    Request() {
        authority = "push.example";
        path = "/x";
        authorization = std::make_shared<const std::string>("vapid t=, k=");
        ttl = "60";
        urgency = "normal";
        body = "body";
        deadline = 1000;
    }
};

using namespace std::string_view_literals;

constexpr auto empty_settings = "\0\0\0\4\0\0\0\0\0"sv;
// HEADERS of stream 1 that end neither the stream nor the request: ":status" 200 of HPACK's table.
constexpr auto status_200 = "\0\0\1\1\4\0\0\0\1\x88"sv;
constexpr auto head_200 = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"sv;

// How an exchange ends when this much of an answer has come: at its deadline, or with its connection.
template <typename Session>
std::optional<ExchangeEnd> end_after(std::string_view greeting, std::string_view answer, bool expires) {
    Ends ends;
    Session session(ends);
    Request request;
    std::string out;
    session.write(out);
    session.read(greeting);
    if (!session.ready()) { return std::nullopt; }
    session.submit(request);
    session.write(out);
    session.read(answer);
    if (!expires || !session.expire(999)) { session.abort(); }
    if (expires && !session.expire(1000)) { session.abort(); }
    return ends.end;
}

template <typename Session>
void check(std::string_view greeting, std::string_view nothing, std::string_view head) {
    for (const bool expires : {false, true}) {
        const std::string when = expires ? " at its deadline" : " when the connection ends";
        tap::ok(end_after<Session>(greeting, nothing, expires) == ExchangeEnd::lost,
                "without an answer it is lost" + when);
        tap::ok(end_after<Session>(greeting, head, expires) == ExchangeEnd::answered,
                "with a status it is answered" + when);
    }
}

}  // namespace

int main() {
    tap::subtest("HTTP/2", [] {
        check<webpushd::Http2Session>(empty_settings, "", status_200);
        tap::ok(!end_after<webpushd::Http2Session>("", "", false), "nothing is taken before SETTINGS");
    });
    tap::subtest("HTTP/1.1", [] {
        check<webpushd::Http1Session>("", head_200.substr(0, 30), head_200);
        check<webpushd::Http1Session>("", "HTTP/1.1 100 Continue\r\n\r\n", head_200);
    });
    return tap::done_testing();
}
