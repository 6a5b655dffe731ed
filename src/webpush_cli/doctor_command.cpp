// webpush doctor
#include <memory>

#include "commands.h"
#include "doctor/checks.h"
#include "doctor/finding_text.h"
#include "doctor/gather.h"
#include "failure.h"

namespace webpush_cli {
namespace {

using namespace doctor;

struct DoctorOptions {
    std::string site = default_site;
    std::string nginx, config, url;
    bool offline = false;
    Network network;
};

void add_options(CLI::App& command, DoctorOptions& options) {
    command.add_option("NAME", options.site, "the site")->capture_default_str();
    command.add_option("--nginx", options.nginx, "nginx's program (default: /usr/sbin/nginx)");
    command.add_option("--config", options.config, "its configuration (default: its own default)");
    command.add_option("--url", options.url, "where the site is (default: its origin)");
    command.add_flag("--offline", options.offline, "do not ask the push services");
    command
        .add_option("--connect-to", options.network.connect_to,
                    "HOST:PORT:ADDRESS:PORT, connect there instead, as curl does")
        ->allow_extra_args(false);
    command.add_option("--ca", options.network.ca_file, "trust the CAs of this file, PEM")
        ->check(CLI::ExistingFile);
}

std::string without_slash(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

// Where nginx looks for the site's files; where it does not tell, webpushd's directory.
std::string edge_directory(const NginxFacts& nginx, const SiteFacts& site) {
    for (const PushLocation& location : nginx.conf.locations) {
        if (location.site == site.name) { return location.edge_dir; }
    }
    return site.edge_dir;
}

Facts gather(Session& session, const DoctorOptions& options) {
    Facts facts;
    facts.nginx = gather_nginx(options.nginx, options.config);
    facts.daemon = gather_daemon(session);
    facts.site = gather_site(session, options.site);
    const std::string log_dir = facts.nginx.valid ? facts.nginx.conf.log_dir : facts.site.log_dir;
    if (!log_dir.empty()) {
        facts.logs = gather_logs(log_dir, facts.nginx.conf.user, facts.daemon.account);
    }
    facts.edge = gather_edge(edge_directory(facts.nginx, facts.site), facts.site.name);
    const std::string origin = options.url.empty() ? facts.site.origin : options.url;
    if (!origin.empty()) {
        const std::string path = facts.site.push_path.empty() ? "/push/" : facts.site.push_path;
        facts.web = gather_web(without_slash(origin), path, options.network);
    }
    if (!options.offline) { facts.push_services = gather_push_services(options.network); }
    return facts;
}

Findings judge(const Facts& facts) {
    Findings findings;
    check_nginx(facts, findings);
    check_daemon(facts, findings);
    check_logs(facts, findings);
    check_keys(facts, findings);
    check_site(facts, findings);
    check_push_services(facts, findings);
    check_clock(facts, findings);
    return findings;
}

void examine(Session& session, const DoctorOptions& options) {
    const Findings findings = judge(gather(session, options));
    if (!session.print_json(findings_json(findings))) {
        session.print(findings_text(findings, session.terminal));
    }
    const int problems = count(findings, State::problem);
    if (problems > 0) {
        throw Failure("doctor: " + std::to_string(problems) +
                      (problems == 1 ? " problem" : " problems"));
    }
}

}  // namespace

void add_doctor_command(CLI::App& app, Session& session) {
    CLI::App* command = add_command(app, "doctor", "looks for what is wrong, says what to do",
                                    "webpush doctor --url https://shop.example");
    auto options = std::make_shared<DoctorOptions>();
    add_options(*command, *options);
    command->callback([&session, options] { examine(session, *options); });
}

}  // namespace webpush_cli
