// What simulated browsers remember. What is read is written as what is read again.
#include "state_file.h"

#include <stdexcept>

#include "fuzz.h"

namespace {

std::string written(const pushsim::State& state) {
    std::string text;
    if (state.seed) { text += pushsim::state_header(*state.seed) + "\n"; }
    for (const pushsim::Browser& browser : state.browsers) {
        text += browser_line(browser) + "\n";
        if (browser.acknowledged) { text += acknowledged_line(browser) + "\n"; }
        for (const auto& [run, delivery] : browser.deliveries) {
            text += delivery_line(browser, run, delivery) + "\n";
        }
    }
    return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pushsim::State state;
    try {
        state = pushsim::parse_state(input(data, size));
    } catch (const std::runtime_error& error) {
        require(std::string_view(error.what()).starts_with("line "));
        return 0;
    }
    const std::string text = written(state);
    require(written(pushsim::parse_state(text)) == text);
    return 0;
}
