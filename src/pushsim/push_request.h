// A request to the push service and its answer, as HTTP has them (RFC 8030 section 5).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushsim {

using Headers = std::vector<std::pair<std::string, std::string>>;  // names in lower case

struct PushRequest {
    std::string method;
    std::string authority;  // without ":443"
    std::string path;       // with query, byte-exact
    Headers headers;
    std::string body;  // at most max_kept octets of it
    std::size_t body_size = 0;

    // The first header with this name, "" when there is none.
    std::string_view header(std::string_view name) const;
    std::size_t header_count(std::string_view name) const;
};

// More than any service takes; the rest of a body is counted only.
inline constexpr std::size_t max_kept = 8192;

struct PushAnswer {
    int status = 201;
    Headers headers;
    std::string body;
};

}  // namespace pushsim
