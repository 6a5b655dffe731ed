// send/http1_session.h, send/http2_session.h: an answer that has come counts, however its exchange
// or its connection ends; what had no answer may have been taken only if all of it was sent; how many
// exchanges there is room for is what the service says at the moment.
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

// ---- frames of HTTP/2 (RFC 9113 section 4.1) ----

std::string number32(std::uint32_t n) {
    return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

std::string frame(char type, char flags, std::uint32_t stream, std::string_view payload) {
    return number32(static_cast<std::uint32_t>(payload.size())).substr(1) + type + flags + number32(stream) +
           std::string(payload);
}

constexpr char data = 0, headers = 1, rst_stream = 3, settings = 4, goaway = 7;
constexpr char end_headers = 4, end_stream = 1;
constexpr std::uint32_t internal_error = 2, refused_stream = 7, enhance_your_calm = 11;
constexpr auto status_201 = "\x08\x03" "201"sv;  // a literal field with the indexed name ":status"

std::string setting(char name, std::uint32_t value) {
    return frame(settings, 0, 0, std::string{'\0', name} + number32(value));
}
std::string streams(std::uint32_t n) { return setting(3, n); }
std::string window(std::uint32_t n) { return setting(4, n); }

std::string away(std::uint32_t last, std::uint32_t error) {
    return frame(goaway, 0, 0, number32(last) + number32(error));
}

// A session that has read `greeting`, and what it wrote.
struct Http2 {
    Ends ends;
    webpushd::Http2Session session{ends};
    std::string written;

    explicit Http2(const std::string& greeting) { read(greeting); }
    bool read(std::string_view octets) {
        const bool goes_on = session.read(octets);
        session.write(written);
        return goes_on;
    }
    void submit(Request& request) {
        session.submit(request);
        session.write(written);
    }
};

void streams_change() {
    Http2 http(streams(2));
    Request first, second;
    tap::is(http.session.room(), 2U, "as many as SETTINGS_MAX_CONCURRENT_STREAMS says");
    http.submit(first);
    tap::is(http.session.room(), 1U, "less those under way");
    http.read(streams(0));
    tap::is(http.session.room(), 0U, "none while it says so");
    tap::ok(!http.session.retired(), "which is not for ever");
    http.read(streams(7));
    tap::is(http.session.room(), 6U, "more when it says so");
    http.submit(second);
    http.read(streams(1));
    tap::is(http.session.room(), 0U, "none when there are more than it now takes");
    tap::is(http.session.open(), 2U, "those stay");
}

void streams_end() {
    for (const auto& [error, end] : {std::pair{internal_error, ExchangeEnd::lost},
                                     {refused_stream, ExchangeEnd::unprocessed},
                                     {enhance_your_calm, ExchangeEnd::lost}}) {
        Http2 http(streams(9));
        Request request;
        http.submit(request);
        http.read(frame(rst_stream, 0, 1, number32(error)));
        tap::ok(http.ends.end == end, "RST_STREAM with error " + std::to_string(error));
        tap::is(http.session.room(), 9U, "leaves room for another");
    }
    Http2 http(streams(9));
    Request first, second;
    http.submit(first);
    http.submit(second);
    http.read(away(1, 0));
    tap::ok(http.ends.end == ExchangeEnd::unprocessed, "GOAWAY: what is above its stream was not processed");
    tap::is(http.session.open(), 1U, "what is not goes on");
    tap::ok(http.session.retired() && http.session.room() == 0, "and nothing new");
    tap::ok(!http.session.overloaded(), "that is all");
    http.read(frame(headers, end_headers | end_stream, 1, status_201));
    tap::ok(http.ends.end == ExchangeEnd::answered && first.status == 201, "to its answer");
    Http2 busy(streams(9));
    busy.read(away(0, enhance_your_calm));
    tap::ok(busy.session.overloaded(), "ENHANCE_YOUR_CALM is told apart");
}

// With a window of nothing the header is all that is sent.
void half_sent() {
    for (const bool expires : {false, true}) {
        Http2 http(window(0));
        Request request;
        http.submit(request);
        if (expires) { http.session.expire(1000); } else { http.session.abort(); }
        tap::ok(http.ends.end == ExchangeEnd::unprocessed, "what was not sent whole cannot have been taken");
    }
    Http2 reset(window(0));
    Request request;
    reset.submit(request);
    reset.read(frame(rst_stream, 0, 1, number32(internal_error)));
    tap::ok(reset.ends.end == ExchangeEnd::unprocessed, "RST_STREAM amid the request");

    Http2 early(window(0));
    Request refused;
    early.submit(refused);
    early.written.clear();
    early.read(frame(headers, end_headers | end_stream, 1, status_201));
    tap::ok(early.ends.end == ExchangeEnd::answered, "an answer before all is sent counts at once");
    tap::ok(early.written.ends_with(frame(rst_stream, 0, 1, number32(0))), "the rest is cancelled without an error");

    Http2 other(window(0) + window(65535));
    Request whole;
    other.submit(whole);
    other.session.abort();
    tap::ok(other.ends.end == ExchangeEnd::lost, "what was sent whole may have been taken");
}

void long_answers() {
    Http2 http(streams(9));
    Request request;
    http.submit(request);
    http.read(frame(headers, end_headers, 1, status_201));
    const std::string some = frame(data, 0, 1, std::string(16384, 'x'));
    for (int i = 0; i < 4; ++i) { http.read(some); }
    tap::ok(!http.ends.end, "an answer of 64 kB is read");
    http.read(some);
    tap::ok(http.ends.end == ExchangeEnd::answered, "a longer one counts without the rest");
    tap::is(request.answer.size(), webpushd::max_answer, "of which little is kept");
    tap::ok(http.read(some), "what is still on its way does no harm");

    Ends ends;
    webpushd::Http1Session session(ends);
    Request second;
    std::string out;
    session.submit(second);
    session.write(out);
    session.read("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n");
    for (int i = 0; i < 4; ++i) { session.read(std::string(16384, 'x')); }
    tap::ok(!ends.end, "HTTP/1.1: the same");
    tap::ok(!session.read("x") && ends.end == ExchangeEnd::answered, "and the connection with it");
}

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
    tap::subtest("streams as the service allows", streams_change);
    tap::subtest("streams that end early", streams_end);
    tap::subtest("requests that are not sent whole", half_sent);
    tap::subtest("long answers", long_answers);
    tap::subtest("HTTP/1.1", [] {
        check<webpushd::Http1Session>("", head_200.substr(0, 30), head_200);
        check<webpushd::Http1Session>("", "HTTP/1.1 100 Continue\r\n\r\n", head_200);
    });
    return tap::done_testing();
}
