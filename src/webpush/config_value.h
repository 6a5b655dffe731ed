// Values that an operator sets, in nginx's configuration or over the daemon's API, where their form
// is a matter of ours: names that become parts of paths, and addresses that are compared octet by
// octet.
#pragma once

#include <string_view>

namespace webpush {

// [a-z0-9][a-z0-9-]{0,62}: it names directories too.
bool is_site_name(std::string_view name);

// What names of log files take (log_record.h): 1..64 of [A-Za-z0-9._-].
bool is_edge_id(std::string_view id);
bool is_edge_id_character(char c);

// The serialization of RFC 6454 section 6.2: scheme, host, port where it is not the default one.
bool is_origin(std::string_view text);

// What EndpointPolicy::allow() takes (endpoint.h): lower case, perhaps with a dot in front.
bool is_endpoint_host(std::string_view text);

// Where a visitor may be sent: a path, or a URL of http or https; fit for a Location header.
bool is_redirect_target(std::string_view text);

}  // namespace webpush
