#include "doctor/checks.h"

namespace webpush_cli::doctor {
namespace {

void check_service(const PushServiceAnswer& service, Group& group) {
    const WebAnswer& answer = service.answer;
    if (!answer.error.empty()) {
        group.problem(service.name, answer.url + ": " + answer.error,
                      "Let this machine out to port 443 there, and its DNS answer; no proxy is "
                      "taken.\nIts certificates: apt-get install ca-certificates");
    } else if (!answer.http2) {
        group.warning(service.name, answer.url + " speaks HTTP/1.1 only: slow",
                      "Does a middlebox open the TLS connections of this machine?");
    } else {
        group.ok(service.name, answer.url + " over HTTP/2");
    }
}

}  // namespace

void check_push_services(const Facts& facts, Findings& findings) {
    Group group(findings, "push services");
    if (facts.push_services.empty()) {
        group.skipped("all", "not asked (--offline)");
        return;
    }
    for (const PushServiceAnswer& service : facts.push_services) {
        check_service(service, group);
    }
}

}  // namespace webpush_cli::doctor
