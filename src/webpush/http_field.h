// What fields of HTTP requests and answers say, where more than one part of ours asks.
#pragma once

#include <string_view>

namespace webpush {

// ASCII letters in either case are the same (RFC 9110 section 5.1).
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Content-Type: application/json, whatever its parameters.
bool is_json_type(std::string_view content_type);

// Sec-Purpose and its forerunners: "prefetch", or a list that starts with it ("prefetch;prerender").
bool is_prefetch(std::string_view purpose);

// Whether `origin` (RFC 6454) is a page of `host`, which may have a port. https is always good: a
// proxy in front may have ended TLS. http only where we speak it too.
bool is_origin_of_host(std::string_view origin, std::string_view host, bool is_tls);

// Where a Location leads to on `host`: a path as it stands, of a URL the path when it is of that
// host, whatever its port. "" when it leads elsewhere. A view of the location.
std::string_view path_on_host(std::string_view location, std::string_view host);

}  // namespace webpush
