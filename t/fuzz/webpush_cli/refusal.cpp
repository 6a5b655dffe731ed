// A problem that the daemon answered, beside the request that it answers: two lines.
#include "refusal.h"

#include <cstring>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = input(data, size);
    const std::string_view problem = take_line(rest);
    const webpush_cli::Failure failure = webpush_cli::refusal(problem, 422, rest);
    require(std::strlen(failure.what()) > 0);
    return 0;
}
