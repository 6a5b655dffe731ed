// The URL of a subscription: the door against requests to where we must not go.
#include "webpush/endpoint.h"

#include <string>

#include "fuzz.h"
#include "webpush/vapid.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view url = input(data, size);
    const auto endpoint = webpush::parse_endpoint(url);
    const auto policy = webpush::EndpointPolicy::known_services().check(url);
    require(!policy || endpoint.ok());
    const std::string audience = webpush::audience_of(url);
    if (!endpoint) { return 0; }
    require(url.size() <= webpush::max_endpoint_length);
    require(audience == "https://" + std::string(endpoint->host));
    require(url.starts_with(audience) && url.ends_with(endpoint->target));
    require(endpoint->target.starts_with("/"));
    require(endpoint->host.find('.') != std::string_view::npos);
    return 0;
}
