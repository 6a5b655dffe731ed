// webpushd: reads the command line and the configuration file, then hands over.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "daemon.h"
#include "push_redirect.h"
#include "settings.h"
#include "webpush/version.h"

namespace {

constexpr const char* about =
    "webpushd turns campaigns into encrypted push messages and takes in what the edge recorded.\n"
    "With nothing but a state directory it keeps a PostgreSQL of its own in it.";

constexpr const char* example =
    "\nExample:\n"
    "  webpushd --state-dir /var/lib/webpush\n"
    "  webpushd --config /etc/webpush/webpushd.conf      # lines such as: send-threads=2\n"
    "  webpushd migrate --database 'host=db dbname=push user=push'\n";

void add_directories(CLI::App& app, webpushd::Settings& settings) {
    app.add_option("--state-dir", settings.state_dir, "database, keys, sockets and files for the edge")
        ->capture_default_str();
    app.add_option("--log-dir", settings.log_dir, "the edge's logs (default: log in the state directory)");
    app.add_option("--edge-dir", settings.edge_dir,
                   "files for the edge (default: edge in the state directory)");
    app.add_option("--admin-socket", settings.admin_socket,
                   "socket for the webpush command (default: run/admin.sock in the state directory)");
    app.add_option("--user", settings.user, "user to become when started as root")
        ->capture_default_str();
    app.add_option("--edge-id", settings.edge_id, "this machine's name (default: host name)");
}

void add_retention(CLI::App& app, webpushd::Settings& settings) {
    app.add_option("--event-log-days", settings.event_log_days,
                   "how long event logs are kept once they are read, 0 = for ever")
        ->check(CLI::Range(0, 36500))
        ->capture_default_str();
    app.add_option("--log-min-free", settings.log_min_free,
                   "when less is free there, the oldest of them are deleted earlier (default: 128MB)")
        ->transform(CLI::AsSizeValue(false));
}

void add_database(CLI::App& app, webpushd::Settings& settings) {
    app.add_option("--database", settings.database,
                   "connection string of a PostgreSQL server (default: a cluster of our own)");
    app.add_option("--postgres-bin", settings.postgres_bin,
                   "directory of initdb and postgres (default: the newest in /usr/lib/postgresql)");
    app.add_flag_callback("--no-fsync", [&settings] { settings.fsync = false; },
                          "own cluster: faster, but a power cut destroys it (tests)");
}

void add_work(CLI::App& app, webpushd::Settings& settings, std::vector<std::string>& roles,
              std::vector<std::string>& redirects) {
    app.add_option("--roles", roles, "what to do here, of: ingest,plan,send,api (default: all)")
        ->delimiter(',')
        ->check(CLI::IsMember({"ingest", "plan", "send", "api"}));
    app.add_option("--send-threads", settings.send_threads, "threads that send")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_option("--lease-seconds", settings.lease_seconds, "how long a sender may hold a chunk")
        ->check(CLI::Range(15, 3600))
        ->capture_default_str();
    app.add_option("--activity-months", settings.activity_months,
                   "how many months of visits and tracked events are kept, with the present one")
        ->check(CLI::Range(1, 120))
        ->capture_default_str();
    app.add_option("--endpoint-host", settings.endpoint_hosts,
                   "one more push service, or with a leading dot all below it; as often as needed");
    app.add_option("--push-ca", settings.ca_file, "one more CA for push services, PEM (tests)");
    app.add_option("--push-redirect", redirects, "HOST=ADDRESS:PORT, connect there instead (tests)")
        ->check([](const std::string& text) {
            return webpushd::parse_redirect(text) ? std::string() : "not HOST=ADDRESS:PORT: " + text;
        });
}

void choose_roles(webpushd::Settings& settings, const std::vector<std::string>& roles) {
    if (roles.empty()) { return; }
    const auto chosen = [&](const char* name) {
        return std::find(roles.begin(), roles.end(), name) != roles.end();
    };
    settings.ingest = chosen("ingest");
    settings.plan = chosen("plan");
    settings.send = chosen("send");
    settings.api = chosen("api");
}

}  // namespace

int main(int argc, char** argv) {
    webpushd::Settings settings;
    std::vector<std::string> roles;
    std::vector<std::string> redirects;

    CLI::App app(about, "webpushd");
    app.footer(example);
    app.set_version_flag("--version", "webpushd " + std::string(webpush::version));
    app.set_config("--config", "", "read options from this file, a line each: name=value");
    add_directories(app, settings);
    add_retention(app, settings);
    add_database(app, settings);
    add_work(app, settings, roles, redirects);
    CLI::App* migrate = app.add_subcommand("migrate", "bring the schema of --database up to date");
    migrate->fallthrough();
    CLI11_PARSE(app, argc, argv);

    if (migrate->parsed()) { return webpushd::run_migrations(settings); }
    choose_roles(settings, roles);
    for (const std::string& text : redirects) {
        settings.redirects.push_back(*webpushd::parse_redirect(text));
    }
    return webpushd::run_daemon(std::move(settings));
}
