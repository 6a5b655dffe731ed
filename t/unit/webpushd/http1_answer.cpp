// send/http1_answer.h: answers in whatever pieces they come, and what is not one.
#include "send/http1_answer.h"

#include "tap.h"

using namespace webpushd;
using Progress = Http1Answer::Progress;

namespace {

struct Result {
    Progress progress = Progress::incomplete;
    Exchange exchange;
    bool keeps_alive = false;
    std::string rest;
};

// Feeds `text` in pieces of `step` octets, until the answer is complete or cannot be, or the connection ends.
Result read(std::string_view text, std::size_t step) {
    Result result;
    Http1Answer answer;
    while (!text.empty() && result.progress == Progress::incomplete) {
        std::string_view piece = text.substr(0, step);
        text.remove_prefix(piece.size());
        result.progress = answer.take(piece, result.exchange);
        result.rest = piece;
    }
    if (result.progress == Progress::incomplete && answer.has_head()) { result.progress = Progress::complete; }
    result.keeps_alive = answer.keeps_alive();
    return result;
}

void complete(std::string_view name, std::string_view text, int status, std::string_view body, bool keeps_alive) {
    bool good = true;
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{7}, text.size()}) {
        const Result result = read(text, step);
        good = good && result.progress == Progress::complete && result.exchange.status == status &&
               result.exchange.answer == body && result.keeps_alive == keeps_alive && result.rest.empty();
    }
    tap::ok(good, name);
}

void invalid(std::string_view name, std::string_view text) {
    tap::ok(read(text, text.size()).progress == Progress::invalid, name);
}

}  // namespace

int main() {
    complete("no body", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201, "", true);
    complete("no reason", "HTTP/1.1 201 \r\ncontent-length: 0\r\n\r\n", 201, "", true);
    complete("a body", "HTTP/1.1 400 Bad\r\nContent-Length: 5\r\n\r\nhello", 400, "hello", true);
    complete("204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true);
    complete("chunks", "HTTP/1.1 404 X\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n",
             404, "hello!", true);
    complete("until the end", "HTTP/1.1 500 X\r\n\r\nto the end", 500, "to the end", false);
    complete("Connection: close", "HTTP/1.1 201 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 201, "", false);
    complete("HTTP/1.0", "HTTP/1.0 201 X\r\nContent-Length: 0\r\n\r\n", 201, "", false);
    complete("100 Continue first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 X\r\nContent-Length: 0\r\n\r\n", 201, "", true);
    complete("hints first, of another length", "HTTP/1.1 103 X\r\nContent-Length: 7\r\nRetry-After: 5\r\n\r\n"
             "HTTP/1.1 400 X\r\nContent-Length: 2\r\n\r\nhi", 400, "hi", true);
    complete("the same length twice", "HTTP/1.1 400 X\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
             400, "hi", true);
    complete("a long head", "HTTP/1.1 201 X\r\nA: " + std::string(16000, 'x') + "\r\nContent-Length: 0\r\n\r\n",
             201, "", true);

    complete("a body cut short", "HTTP/1.1 201 X\r\nContent-Length: 5\r\n\r\nhel", 201, "hel", true);
    tap::ok(read("HTTP/1.1 201 X\r\nContent-Length: 5\r\n", 7).progress == Progress::incomplete, "a head cut short");

    const Result headers = read("HTTP/1.1 429 X\r\nRETRY-AFTER:  120 \r\nX-WNS-Status: dropped\r\nContent-Length: 0\r\n\r\n", 9);
    tap::is(headers.exchange.retry_after, "120", "Retry-After");
    tap::is(headers.exchange.wns_status, "dropped", "X-WNS-Status");
    tap::is(read("HTTP/1.1 103 X\r\nRetry-After: 5\r\n\r\nHTTP/1.1 204 X\r\n\r\n", 9).exchange.retry_after, "",
            "Retry-After of what came before the answer");
    tap::is(read("HTTP/1.1 500 X\r\nContent-Length: 5000\r\n\r\n" + std::string(5000, 'x'), 100).exchange.answer.size(),
            max_answer, "only the beginning of a body is kept");
    tap::is(read("HTTP/1.1 204 X\r\n\r\nHTTP/1.1 200", 100).rest, "HTTP/1.1 200", "what follows is left");

    invalid("not HTTP", "SSH-2.0-OpenSSH\r\n\r\n");
    invalid("another version", "HTTP/2 201 X\r\n\r\n");
    invalid("no status", "HTTP/1.1 abc X\r\n\r\n");
    invalid("a line that is no field", "HTTP/1.1 201 X\r\nnonsense\r\n\r\n");
    invalid("a length that is none", "HTTP/1.1 201 X\r\nContent-Length: -1\r\n\r\n");
    invalid("two lengths", "HTTP/1.1 201 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx");
    invalid("a status of four digits", "HTTP/1.1 2010 X\r\nContent-Length: 0\r\n\r\n");
    invalid("a chunk size that is none", "HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
    invalid("a head without end", "HTTP/1.1 201 X\r\nA: " + std::string(20000, 'x'));
    return tap::done_testing();
}
