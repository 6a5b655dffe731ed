#include "daemon.h"

#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "default_site.h"
#include "log.h"
#include "role.h"
#include "signals.h"
#include "state_dir.h"
#include "store/connection.h"
#include "store/database_url.h"
#include "store/migrate.h"
#include "store/own_cluster.h"
#include "store/partitions.h"

namespace webpushd {

namespace {

// One word for a shell.
std::string shell_quoted(const std::string& text) {
    std::string word = "'";
    for (const char c : text) { word += c == '\'' ? std::string("'\\''") : std::string(1, c); }
    return word + "'";
}

class Daemon {
public:
    Daemon(Settings settings, Signals& signals) : signals_(signals) {
        context_.settings = std::move(settings);
    }
    ~Daemon() { stop(); }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    // False when asked to stop before it was ready.
    bool start();
    // Returns when asked to stop.
    void serve();
    void stop();

private:
    bool start_database();
    void check_schema(Connection& db);
    std::optional<Connection> connect();
    void start_roles();
    void start_role(std::unique_ptr<Role> role);

    Signals& signals_;
    Context context_;
    std::unique_ptr<OwnCluster> cluster_;
    std::vector<std::unique_ptr<Role>> roles_;
};

bool Daemon::start() {
    const Settings& settings = context_.settings;
    for (const Redirect& redirect : settings.redirects) {
        log_warn("--push-redirect: messages for {} go to {}:{}", redirect.host, redirect.address,
                 redirect.port);
    }
    if (!start_database()) { return false; }
    start_roles();
    log_info("ready");
    return true;
}

bool Daemon::start_database() {
    context_.conninfo = context_.settings.database;
    if (context_.conninfo.empty()) {
        cluster_ = std::make_unique<OwnCluster>(context_.settings);
        if (!cluster_->start(signals_)) { return false; }
        context_.conninfo = cluster_->conninfo();
    }
    auto db = connect();
    if (!db) { return false; }
    check_schema(*db);
    ensure_present_months(*db);
    prepare_sites(context_.settings, *db);
    return true;
}

// A configured server may come up after us; nullopt when asked to stop meanwhile.
std::optional<Connection> Daemon::connect() {
    for (bool told = false;; told = true) {
        try {
            return Connection(context_.conninfo, "start");
        } catch (const DbError& error) {
            if (!error.sqlstate().empty()) { throw; }
            if (!told) { log_error("{}; trying again", error.what()); }
        }
        if (signals_.wait(1000) == Signal::stop) { return std::nullopt; }
    }
}

void Daemon::check_schema(Connection& db) {
    if (cluster_) {
        if (const int applied = migrate(db); applied > 0) { log_info("migrations applied: {}", applied); }
        return;
    }
    const int version = schema_version(db);
    refuse_newer(version);
    if (version < latest_version()) {
        throw std::runtime_error("the database has schema version " + std::to_string(version) + " of " +
                                 std::to_string(latest_version()) + "; run: webpushd migrate --database " +
                                 shell_quoted(without_password(context_.conninfo)));
    }
}

void Daemon::start_roles() {
    const Settings& settings = context_.settings;
    // Who left is known before anybody is planned for or sent to; commands come last.
    if (settings.ingest) { start_role(make_ingest_role(context_)); }
    if (settings.plan) { start_role(make_plan_role(context_)); }
    if (settings.send) { start_role(make_send_role(context_)); }
    if (settings.api) { start_role(make_api_role(context_)); }
}

void Daemon::start_role(std::unique_ptr<Role> role) {
    role->start();
    log_info("role {} started", role->name());
    roles_.push_back(std::move(role));
}

void Daemon::serve() {
    for (;;) {
        switch (signals_.wait(1000)) {
            case Signal::stop: return;
            case Signal::reload: log_info("SIGHUP: there is nothing to read again"); break;
            case Signal::child:
            case Signal::none:
                if (cluster_ && !cluster_->revive(signals_)) { return; }
                break;
        }
    }
}

void Daemon::stop() {
    while (!roles_.empty()) {
        roles_.back()->stop();
        roles_.pop_back();
    }
    cluster_.reset();
}

}  // namespace

int run_daemon(Settings settings) {
    try {
        Signals signals;
        fill_defaults(settings);
        prepare_directories(settings);
        drop_root(settings.user);
        const InstanceLock lock(settings.state_dir);
        Daemon daemon(std::move(settings), signals);
        if (daemon.start()) { daemon.serve(); }
        log_info("stopping");
        daemon.stop();
        log_info("stopped");
        return 0;
    } catch (const std::exception& error) {
        log_error("{}", error.what());
        return 1;
    }
}

int run_migrations(const Settings& settings) {
    if (settings.database.empty()) {
        log_error("migrate needs --database: webpushd keeps its own cluster up to date by itself");
        return 1;
    }
    try {
        Connection db(settings.database, "migrate");
        const int applied = migrate(db);
        log_info("migrations applied: {}; the schema has version {}", applied, latest_version());
        return 0;
    } catch (const std::exception& error) {
        log_error("{}", error.what());
        return 1;
    }
}

}  // namespace webpushd
