#include <cstdlib>

#include "doctor/checks.h"

namespace webpush_cli::doctor {
namespace {

// Headers tell whole seconds, and an answer takes its time.
constexpr std::int64_t tolerated = 2;
// What is signed for the push services, and "active until", are off by as much.
constexpr std::int64_t intolerable = 60;

constexpr const char* advice = "Keep the clocks of all machines right: timedatectl set-ntp true";

void compare(Group& group, const std::string& whose, std::optional<std::int64_t> theirs,
             std::int64_t here) {
    if (!theirs) {
        group.skipped(whose, "tells no time");
        return;
    }
    const std::int64_t ahead = *theirs - here;
    const std::string found = std::to_string(std::abs(ahead)) + " s " +
                              (ahead < 0 ? "behind" : "ahead of") + " this machine";
    if (std::abs(ahead) <= tolerated) {
        group.ok(whose, "as here");
    } else if (std::abs(ahead) <= intolerable) {
        group.warning(whose, found, advice);
    } else {
        group.problem(whose, found, advice);
    }
}

}  // namespace

void check_clock(const Facts& facts, Findings& findings) {
    Group group(findings, "clock");
    if (facts.daemon.error.empty()) {
        compare(group, "database", facts.daemon.database_clock, facts.daemon.asked_at);
    }
    const WebAnswer& site = facts.web.worker;
    if (!facts.web.origin.empty() && site.error.empty()) {
        compare(group, "site", site.date, site.at);
    }
    for (const PushServiceAnswer& service : facts.push_services) {
        if (service.answer.error.empty() && service.answer.date) {
            compare(group, service.name, service.answer.date, service.answer.at);
        }
    }
}

}  // namespace webpush_cli::doctor
