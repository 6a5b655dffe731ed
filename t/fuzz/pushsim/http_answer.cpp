// The edge's answers to simulated browsers. However one is cut into pieces it is the same answer.
#include "http_answer.h"

#include "fuzz.h"

namespace {

using Progress = pushsim::HttpAnswer::Progress;

struct Read {
    Progress progress = Progress::more;
    int status = 0;
    std::string body;
    std::string retry_after;
    bool keeps_alive = false;

    bool operator==(const Read&) const = default;
};

Read read(std::string_view text, std::size_t step) {
    pushsim::HttpAnswer answer;
    Read result;
    while (!text.empty() && result.progress == Progress::more) {
        const std::string_view piece = text.substr(0, step);
        text.remove_prefix(piece.size());
        result.progress = answer.take(piece);
    }
    if (result.progress == Progress::broken) { return result; }
    return {result.progress, answer.status(), answer.body(), answer.retry_after(),
            answer.keeps_alive()};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const Read whole = read(text, size + 1);
    require(whole.progress != Progress::complete || (whole.status >= 100 && whole.status <= 999));
    for (const std::size_t step : {1U, 2U, 7U}) {
        require(read(text, step) == whole);
    }
    return 0;
}
