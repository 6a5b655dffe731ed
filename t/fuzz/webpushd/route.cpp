// Paths of the API's requests, and the ids in them. A route's parameters put into its pattern make the
// path again.
#include <array>

#include "api/router.h"
#include "fuzz.h"

namespace {

webpush::Result<webpushd::Response> nothing(webpushd::ApiCall&) { return webpushd::Response(); }

constexpr std::array<webpushd::Route, 4> routes{{
    {"GET", "/v1/sites", nothing},
    {"GET", "/v1/sites/{name}", nothing},
    {"GET", "/v1/sites/{name}/keys", nothing},
    {"GET", "/v1/runs/{id}/report/{part}", nothing},
}};

std::string filled(std::string_view pattern, const std::vector<std::string>& parameters) {
    std::string path;
    std::size_t next = 0;
    for (std::size_t open; (open = pattern.find('{')) != pattern.npos;) {
        path += std::string(pattern.substr(0, open)) + parameters.at(next++);
        pattern.remove_prefix(pattern.find('}') + 1);
    }
    require(next == parameters.size());
    return path + std::string(pattern);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view path = input(data, size);
    int found = 0;
    for (const webpushd::Route& route : routes) {
        const auto match = webpushd::find_route({&route, 1}, "GET", path);
        if (match.handler == nullptr) { continue; }
        require(filled(route.pattern, match.parameters) == path);
        ++found;
    }
    require(found <= 1);
    require((webpushd::find_route(routes, "HEAD", path).handler != nullptr) == (found == 1));
    require(webpushd::find_route(routes, "POST", path).handler == nullptr);

    const auto id = webpushd::parse_id(path);
    require(!id || (*id > 0 && webpushd::parse_id(std::to_string(*id)) == id));
    return 0;
}
