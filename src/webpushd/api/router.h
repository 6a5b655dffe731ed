// Which handler answers a method and a path.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api_call.h"

namespace webpushd {

struct Route {
    std::string_view method;
    std::string_view pattern;  // "/v1/sites/{name}": a part in braces matches any one part
    Handler handler;
};

struct RouteMatch {
    Handler handler = nullptr;            // nullptr: nothing matched
    std::vector<std::string> parameters;  // what the parts in braces stood for
    std::string allow;  // methods of the routes with this path; "" = unknown path
};

// HEAD is answered as GET; the transport leaves the body out.
RouteMatch find_route(std::span<const Route> routes, std::string_view method,
                      std::string_view path);

// Every call of the API (routes.cpp).
std::span<const Route> api_routes();

}  // namespace webpushd
