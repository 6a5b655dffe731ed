// A push service's octets over HTTP/2. Every exchange ends once, answered only when there is an
// answer, however the connection ends. The first octet of the input tells the length of the first
// piece.
#include "send/http2_session.h"

#include <array>
#include <optional>

#include "fuzz.h"

namespace {

using webpushd::ExchangeEnd;

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

struct Ends : webpushd::ExchangeListener {
    int count = 0;
    void finished(webpushd::Exchange& exchange, ExchangeEnd end) override {
        require(end != ExchangeEnd::answered || exchange.status != 0);
        require(exchange.answer.size() <= webpushd::max_answer);
        ++count;
    }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view octets = input(data, size);
    if (octets.empty()) { return 0; }
    const auto first = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);

    Ends ends;
    std::array<Request, 3> requests;
    int submitted = 0;
    {
        webpushd::Http2Session session(ends);
        std::string out;
        bool good = session.write(out);
        good = good && session.read(std::string_view("\0\0\0\4\0\0\0\0\0", 9));
        require(good && session.ready());
        for (Request& request : requests) {
            if (session.room() > 0 && session.submit(request)) { ++submitted; }
        }
        good = session.write(out) && session.read(octets.substr(0, first)) && session.write(out) &&
               session.read(octets.substr(std::min<std::size_t>(first, octets.size()))) &&
               session.write(out) && session.expire(1000);
        require(!good || session.open() == 0);
        session.abort();
        require(session.open() == 0);
    }
    require(ends.count == submitted);
    return 0;
}
