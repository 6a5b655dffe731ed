// An HTTP answer, however the network cuts it.
#include "http_answer.h"

#include <string>

#include "tap.h"

using pushsim::HttpAnswer;
using Progress = pushsim::HttpAnswer::Progress;

namespace {

void whole_and_in_pieces() {
    const std::string text =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\nRetry-After: 2\r\n\r\nhello";
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        HttpAnswer answer;
        const bool more = answer.take(text.substr(0, cut)) == Progress::more;
        const bool complete = answer.take(text.substr(cut)) == Progress::complete;
        if (!more || !complete || answer.status() != 503 || answer.body() != "hello" ||
            answer.retry_after() != "2" || !answer.keeps_alive()) {
            tap::ok(false, "cut after " + std::to_string(cut));
        }
    }
    tap::ok(true, "cut anywhere");
}

void ends() {
    HttpAnswer redirect;
    tap::ok(redirect.take("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") ==
                Progress::complete,
            "without a body");
    tap::ok(!redirect.keeps_alive(), "the server ends the connection");

    HttpAnswer empty;
    tap::ok(empty.take("HTTP/1.1 204 No Content\r\n\r\n") == Progress::complete, "204");
    tap::ok(empty.keeps_alive(), "needs no length");

    HttpAnswer chunked;
    tap::ok(chunked.take("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello") ==
                Progress::complete,
            "a body of unknown length is not waited for");
    tap::ok(!chunked.keeps_alive(), "but its connection is used up");
}

void broken() {
    HttpAnswer other;
    tap::ok(other.take("SSH-2.0-OpenSSH_9.2\r\n\r\n") == Progress::broken, "not HTTP");
    for (const char* status : {"-10", "099", " 99"}) {
        HttpAnswer answer;
        const std::string text = "HTTP/1.1 " + std::string(status) + " X\r\nContent-Length: 0\r\n\r\n";
        tap::ok(answer.take(text) == Progress::broken, "no status: " + std::string(status));
    }
    HttpAnswer endless;
    tap::ok(endless.take("HTTP/1.1 200 OK\r\nX: " + std::string(1 << 17, 'x')) == Progress::broken,
            "a head without end");
}

}  // namespace

int main() {
    tap::subtest("whole and in pieces", whole_and_in_pieces);
    tap::subtest("where it ends", ends);
    tap::subtest("broken", broken);
    return tap::done_testing();
}
