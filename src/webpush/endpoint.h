// Which endpoints are accepted: the door against server-side request forgery. Used by the edge
// when a subscription arrives and again by the sender before it connects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "octets.h"
#include "result.h"

namespace webpush {

inline constexpr std::size_t max_endpoint_length = 2048;

struct Endpoint {
    std::string_view host;    // lower-case as given (upper-case hosts are refused)
    std::string_view target;  // path and query, byte-exact, starting with '/'
};

// A strict subset of RFC 3986, so that no two parsers can disagree about the host: "https://", a
// host of at least two labels of [a-z0-9-], the last beginning with a letter (so no IP address in
// any spelling, no userinfo), port absent or ":443", a path, then printable ASCII without space,
// quotes of both kinds, '<', '>', '\', '^', '`', '{', '|', '}', '#' (no fragment) and with '%' only
// before two hexadecimal digits. Views point into `url`. Error: endpoint_invalid.
Result<Endpoint> parse_endpoint(std::string_view url);

// An endpoint that can never be sent to, at whatever service: "permanently-removed.invalid", which some
// Chromium builds hand out (a name that never resolves), and Google's service that was before FCM.
bool is_dead_endpoint(std::string_view url);

// Hosts by equality ("web.push.apple.com") or by dot-suffix (".push.apple.com").
class EndpointPolicy {
public:
    // The push services known today (protocol: FCM, Mozilla, Apple, Windows).
    static EndpointPolicy known_services();

    // Also accept this host; a leading dot makes it a suffix. For self-hosted services such as
    // UnifiedPush distributors.
    void allow(std::string_view host);

    // parse_endpoint() plus the list; dead endpoints whatever the list says. Errors: endpoint_invalid,
    // endpoint_host_refused.
    Result<Endpoint> check(std::string_view url) const;

private:
    std::vector<std::string> hosts_;
};

SubscriptionId subscription_id(std::string_view endpoint);

}  // namespace webpush
