#include <algorithm>

#include "doctor/checks.h"
#include "webpush/vapid.h"
#include "webpush/version.h"

namespace webpush_cli::doctor {
namespace {

constexpr const char* all_roles[] = {"ingest", "plan", "send", "api"};

void check_version(const DaemonFacts& daemon, Group& group) {
    if (daemon.version == webpush::version) {
        group.ok("version", daemon.version);
    } else {
        group.problem(
            "version",
            "webpushd is " + daemon.version + ", this command " + std::string(webpush::version),
            "Install all of one version (make install), then start webpushd again.");
    }
}

void check_roles(const DaemonFacts& daemon, Group& group) {
    std::string missing;
    for (const char* role : all_roles) {
        if (std::find(daemon.roles.begin(), daemon.roles.end(), role) == daemon.roles.end()) {
            missing += (missing.empty() ? "" : ", ") + std::string(role);
        }
    }
    if (missing.empty()) {
        group.ok("roles", "all");
    } else {
        group.warning("roles", "without " + missing,
                      "Another webpushd on the same database has to do this.");
    }
}

void check_waiting(const DaemonFacts& daemon, Group& group) {
    if (daemon.waiting == "nothing") {
        group.ok("runs", "none has to wait");
    } else if (daemon.waiting == "no contact") {
        group.problem("runs", "one waits for its site's contact address",
                      "webpush site set NAME --contact mailto:you@shop.example");
    } else {
        group.warning("runs", "one waits: " + daemon.waiting, "See \"taken in\" below logs.");
    }
}

// Their texts say what to do.
void check_alarms(const DaemonFacts& daemon, Group& group) {
    for (const AlarmFact& alarm : daemon.alarms) {
        group.warning("alarm", alarm.key + ": " + alarm.text, "Since when: webpush status");
    }
    if (daemon.alarms.empty()) { group.ok("alarms", "none"); }
}

std::string setting(const SiteFacts& site, const std::string& option) {
    return "webpush site set " + site.name + " " + option;
}

void check_settings(const SiteFacts& site, Group& group) {
    if (!site.error.empty()) {
        group.problem("site", site.error, "What there is: webpush site list");
        return;
    }
    if (site.origin.empty()) {
        group.problem("origin", "site " + site.name + " has none: nothing is sent for it",
                      setting(site, "--origin https://shop.example"));
    } else {
        group.ok("origin", site.origin);
    }
    if (site.contact.empty()) {
        group.problem("contact", "site " + site.name + " has none: nothing is sent for it",
                      setting(site, "--contact mailto:you@shop.example"));
    } else if (const auto checked = webpush::check_contact(site.contact); !checked.ok()) {
        group.problem("contact", site.contact + ": " + checked.error().detail,
                      setting(site, "--contact mailto:you@shop.example"));
    } else {
        group.ok("contact", site.contact);
    }
}

}  // namespace

void check_daemon(const Facts& facts, Findings& findings) {
    Group group(findings, "webpushd");
    const DaemonFacts& daemon = facts.daemon;
    if (!daemon.error.empty()) {
        const std::size_t line = daemon.error.find('\n');  // then what to do
        group.problem(
            "answers", daemon.error.substr(0, line),
            line == std::string::npos ? "What does its log say?" : daemon.error.substr(line + 1));
        group.skipped("contact", "webpushd does not answer");
        return;
    }
    group.ok("answers", daemon.account ? "as " + daemon.account->name : "on its socket");
    check_version(daemon, group);
    group.ok("database", daemon.database);
    check_roles(daemon, group);
    check_waiting(daemon, group);
    check_alarms(daemon, group);
    check_settings(facts.site, group);
}

}  // namespace webpush_cli::doctor
