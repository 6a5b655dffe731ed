// What the command line asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "inbox.h"
#include "rule.h"

namespace pushsim {

struct Options {
    std::string listen;       // ADDRESS:PORT
    std::string certificate;  // PEM file
    std::string key;          // PEM file
    std::string edge;         // http://ADDRESS:PORT
    std::string push_path = "/push/";
    std::string host;       // that the edge is asked for, "" = its address
    std::string subdomain;  // of the push services (service.h), "" = the real hosts

    std::size_t browsers = 0;
    Probabilities probabilities;
    double subscribe_rate = 0;  // a second, 0 = as fast as possible
    std::uint64_t seed = 0;
    bool has_seed = false;  // given, not made up
    std::vector<Rule> rules;
    std::uint32_t max_streams = 100;  // a connection of the push service

    std::string state;  // files; "" = not wanted, but for state
    std::string posts;
    std::string outcomes;
    std::string summary;
};

}  // namespace pushsim
