// The push services' hosts: the real ones, or others below the same domains.
#include "service.h"

#include <string>

#include "tap.h"
#include "webpush/endpoint.h"

using pushsim::new_endpoint;
using pushsim::Service;

namespace {

std::string host_of(const std::string& url) {
    const auto endpoint = webpush::parse_endpoint(url);
    return endpoint ? std::string(endpoint->host) : "not an endpoint: " + url;
}

void hosts() {
    tap::is(host_of(new_endpoint(Service::mozilla, "")), "updates.push.services.mozilla.com",
            "the real one");
    tap::is(host_of(new_endpoint(Service::google, "")), "fcm.googleapis.com", "also Google's");
    tap::is(host_of(new_endpoint(Service::mozilla, "sim")), "sim.push.services.mozilla.com",
            "a label of one's own");
    tap::is(host_of(new_endpoint(Service::google, "sim")), "sim.fcm.googleapis.com",
            "below Google's");
    const auto known = webpush::EndpointPolicy::known_services();
    for (const Service service : {Service::mozilla, Service::apple, Service::windows}) {
        tap::ok(known.check(new_endpoint(service, "sim")).ok(), "which every edge accepts");
    }
}

void telling_apart() {
    for (const char* subdomain : {"", "sim"}) {
        for (const Service service :
             {Service::mozilla, Service::google, Service::apple, Service::windows}) {
            const std::string host = host_of(new_endpoint(service, subdomain));
            tap::ok(pushsim::service_of_host(host) == service, host);
        }
    }
    tap::ok(!pushsim::service_of_host("notfcm.googleapis.com"), "another label is another host");
    tap::ok(!pushsim::service_of_host("push.example"), "a stranger");
}

}  // namespace

int main() {
    tap::subtest("where a subscription lives", hosts);
    tap::subtest("whose a host is", telling_apart);
    return tap::done_testing();
}
