// The push services that are played, told apart by the endpoint's host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pushsim {

enum class Service { mozilla, google, apple, windows };

std::string_view name(Service service);
std::optional<Service> service_from_name(std::string_view name);

// By the domain that a service's hosts are in; nullopt for a host that none of them has.
std::optional<Service> service_of_host(std::string_view host);

// A subscription's new endpoint in the service's form, with 256 random bits in it; at the real
// service's host, or with a `subdomain` at that label below its domain ("pushsim.push.apple.com"),
// which no real browser is given.
std::string new_endpoint(Service service, std::string_view subdomain);

}  // namespace pushsim
