// Lengths of time on the command line, and as they are told.
#include "duration.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto seconds = webpush_cli::parse_duration(input(data, size));
    if (!seconds) { return 0; }
    require(*seconds >= 0);
    require(webpush_cli::parse_duration(std::to_string(*seconds) + "s").value_or(*seconds) ==
            *seconds);

    // "3d 4h" is at most as long, and exact below its smaller unit.
    std::string_view rest;
    const std::string text = webpush_cli::duration_text(*seconds);
    rest = text;
    std::int64_t sum = 0;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        const auto one = webpush_cli::parse_duration(part);
        require(one.has_value());
        sum += *one;
    }
    require(sum <= *seconds && *seconds - sum < 86400);
    return 0;
}
