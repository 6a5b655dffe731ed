#include "endpoint.h"

#include <algorithm>

#include "hmac.h"

namespace webpush {
namespace {

constexpr std::string_view scheme = "https://";
constexpr std::string_view default_port = ":443";
constexpr std::size_t max_host_length = 253;  // RFC 1035 section 2.3.4
constexpr std::size_t max_label_length = 63;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= max_label_length && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
               return is_lower(c) || is_digit(c) || c == '-';
           });
}

// At least two labels, and the last begins with a letter: that rules out every spelling of an IPv4
// address ("127.1", "0x7f.1", "2130706433") as well as "localhost".
bool is_host(std::string_view host) {
    if (host.size() > max_host_length || host.find('.') == std::string_view::npos) { return false; }
    for (;;) {
        const std::size_t dot = host.find('.');
        if (!is_label(host.substr(0, dot))) { return false; }
        if (dot == std::string_view::npos) { return is_lower(host.front()); }
        host.remove_prefix(dot + 1);
    }
}

bool is_target(std::string_view target) {
    constexpr std::string_view refused = "\"'<>\\^`{|}#";
    if (!target.starts_with('/')) { return false; }
    for (std::size_t i = 0; i < target.size(); ++i) {
        const char c = target[i];
        if (c <= ' ' || c > '~' || refused.find(c) != std::string_view::npos) { return false; }
        if (c == '%' &&
            !(i + 2 < target.size() && is_hex(target[i + 1]) && is_hex(target[i + 2]))) {
            return false;
        }
    }
    return true;
}

bool is_dead_host(std::string_view host) {
    return host == "permanently-removed.invalid" || host == "android.googleapis.com";
}

bool matches(std::string_view host, std::string_view allowed) {
    return allowed.starts_with('.') ? host.ends_with(allowed) : host == allowed;
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url) {
    const Error invalid{Problem::endpoint_invalid, "", ""};
    if (url.size() > max_endpoint_length || !url.starts_with(scheme)) { return invalid; }
    url.remove_prefix(scheme.size());

    const std::size_t slash = url.find('/');
    if (slash == std::string_view::npos) { return invalid; }
    Endpoint endpoint{url.substr(0, slash), url.substr(slash)};
    if (endpoint.host.ends_with(default_port)) { endpoint.host.remove_suffix(default_port.size()); }
    if (!is_host(endpoint.host) || !is_target(endpoint.target)) { return invalid; }
    return endpoint;
}

bool is_dead_endpoint(std::string_view url) {
    const auto endpoint = parse_endpoint(url);
    return endpoint.ok() && is_dead_host(endpoint->host);
}

EndpointPolicy EndpointPolicy::known_services() {
    EndpointPolicy policy;
    for (const char* host : {
             "fcm.googleapis.com",          // Chrome and most of its relatives
             "jmt17.google.com",            // also handed out by Chrome
             ".push.services.mozilla.com",  // Firefox: updates.push.services.mozilla.com
             ".push.apple.com",             // Safari: web.push.apple.com
             ".notify.windows.com",         // Edge on Windows: a host a data centre
         }) {
        policy.allow(host);
    }
    return policy;
}

void EndpointPolicy::allow(std::string_view host) { hosts_.emplace_back(host); }

Result<Endpoint> EndpointPolicy::check(std::string_view url) const {
    Result<Endpoint> endpoint = parse_endpoint(url);
    if (!endpoint) { return endpoint; }
    const bool known = std::any_of(hosts_.begin(), hosts_.end(), [&](const std::string& allowed) {
        return matches(endpoint->host, allowed);
    });
    if (!known || is_dead_host(endpoint->host)) {
        return Error{Problem::endpoint_host_refused, "", ""};
    }
    return endpoint;
}

SubscriptionId subscription_id(std::string_view endpoint) {
    const Octets<32> digest = sha256(endpoint);
    SubscriptionId id;
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

}  // namespace webpush
