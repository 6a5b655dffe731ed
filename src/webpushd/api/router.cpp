#include "router.h"

namespace webpushd {
namespace {

// Takes the part up to the next '/' off the front of `path`, and that '/' too.
std::string_view take_part(std::string_view& path) {
    const std::size_t end = path.find('/');
    const std::string_view part = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    return part;
}

bool is_parameter(std::string_view part) { return part.starts_with('{'); }

// nullopt when the path is another one. A trailing '/' is another one.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    if (path.ends_with('/')) { return std::nullopt; }
    std::vector<std::string> parameters;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view expected = take_part(pattern);
        const std::string_view part = take_part(path);
        if (is_parameter(expected)) {
            if (part.empty()) { return std::nullopt; }
            parameters.emplace_back(part);
        } else if (expected != part) {
            return std::nullopt;
        }
    }
    if (!pattern.empty() || !path.empty()) { return std::nullopt; }
    return parameters;
}

void append_method(std::string& allow, std::string_view method) {
    if (!allow.empty()) { allow += ", "; }
    allow += method;
    if (method == "GET") { allow += ", HEAD"; }
}

}  // namespace

RouteMatch find_route(std::span<const Route> routes, std::string_view method,
                      std::string_view path) {
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    RouteMatch result;
    for (const Route& route : routes) {
        auto parameters = match(route.pattern, path);
        if (!parameters) { continue; }
        append_method(result.allow, route.method);
        if (route.method == wanted) {
            result.handler = route.handler;
            result.parameters = std::move(*parameters);
        }
    }
    return result;
}

}  // namespace webpushd
