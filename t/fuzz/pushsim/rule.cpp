// Rules of what a push service does instead: refused with the words that are not understood, or numbers
// within their bounds.
#include "rule.h"

#include <stdexcept>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const pushsim::Rule rule = pushsim::parse_rule(input(data, size));
        require(rule.share >= 0 && rule.share <= 1 && rule.chance >= 0 && rule.chance <= 1);
        require(rule.status >= 200 && rule.status <= 599 && rule.first >= 0);
    } catch (const std::runtime_error& error) {
        require(std::string_view(error.what()).starts_with("rule: not understood: "));
    }
    return 0;
}
