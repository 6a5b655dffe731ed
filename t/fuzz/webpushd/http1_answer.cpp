// A push service's answer over HTTP/1.1. However it is cut into pieces it is the same answer, and
// what follows it is left alone.
#include "send/http1_answer.h"

#include <cstdint>

#include "fuzz.h"

namespace {

using webpushd::Exchange;
using webpushd::Http1Answer;
using Progress = Http1Answer::Progress;

struct Read {
    Progress progress = Progress::incomplete;
    Exchange exchange;
    bool has_head = false;
    bool keeps_alive = false;
    std::size_t rest = 0;
};

Read read(std::string_view text, std::size_t step) {
    Read result;
    Http1Answer answer;
    while (!text.empty() && result.progress == Progress::incomplete) {
        std::string_view piece = text.substr(0, step);
        const std::size_t given = piece.size();
        result.progress = answer.take(piece, result.exchange);
        require(result.progress != Progress::incomplete || piece.empty());
        text.remove_prefix(given - piece.size());
    }
    result.has_head = answer.has_head();
    result.keeps_alive = answer.keeps_alive();
    result.rest = text.size();
    return result;
}

bool operator==(const Read& a, const Read& b) {
    return a.progress == b.progress && a.has_head == b.has_head && a.keeps_alive == b.keeps_alive &&
           a.rest == b.rest && a.exchange.status == b.exchange.status &&
           a.exchange.answer == b.exchange.answer &&
           a.exchange.retry_after == b.exchange.retry_after &&
           a.exchange.wns_status == b.exchange.wns_status &&
           a.exchange.wns_error == b.exchange.wns_error;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const Read whole = read(text, size + 1);
    require(whole.exchange.answer.size() <= webpushd::max_answer);
    require(!whole.has_head || (whole.exchange.status >= 200 && whole.exchange.status <= 999));
    if (whole.progress == Progress::invalid) {
        require(read(text, 1).progress == Progress::invalid);
        return 0;
    }
    for (const std::size_t step : {1U, 2U, 7U}) {
        require(read(text, step) == whole);
    }
    return 0;
}
