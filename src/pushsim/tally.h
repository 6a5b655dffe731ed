// What is counted beside the browsers' own memory, for the summary.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pushsim {

struct Tally {
    std::uint64_t posts = 0;                      // requests to the push service, refused ones too
    std::uint64_t pending = 0;                    // messages that visitors are not done with
    std::map<std::string, std::uint64_t> errors;  // what went wrong, by kind
};

}  // namespace pushsim
