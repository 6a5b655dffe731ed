#include "store/own_cluster.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "files.h"
#include "log.h"
#include "store/child_process.h"

namespace webpushd {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr const char* installed = "/usr/lib/postgresql";  // Debian: one directory a major version
constexpr const char* superuser = "webpush";
constexpr std::string_view socket_name = "/.s.PGSQL.5432";

bool has_programs(const std::string& directory) {
    return exists(directory + "/postgres") && exists(directory + "/initdb");
}

// "15" of an existing cluster, "" when there is none.
std::string version_of_cluster(const std::string& data) {
    if (!exists(data + "/PG_VERSION")) { return ""; }
    const std::string text = read_file(data + "/PG_VERSION");
    return text.substr(0, text.find('\n'));
}

std::string newest_installed() {
    int newest = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(installed, ignored)) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (has_programs(entry.path().string() + "/bin")) { newest = std::max(newest, version); }
    }
    return newest == 0 ? "" : std::to_string(newest);
}

// The cluster's own version if it is installed, for a new cluster the newest.
std::string find_programs(const Settings& settings, const std::string& data) {
    if (!settings.postgres_bin.empty()) { return settings.postgres_bin; }
    const std::string own = version_of_cluster(data);
    if (!own.empty()) { return std::string(installed) + "/" + own + "/bin"; }
    const std::string newest = newest_installed();
    return std::string(installed) + "/" + (newest.empty() ? "<version>" : newest) + "/bin";
}

std::string current_user() {
    const passwd* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

// An eighth of the memory, but neither so little that indexes do not fit nor more than a queue and
// an audience need.
std::string shared_buffers() {
    const long long bytes = static_cast<long long>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE);
    return std::to_string(std::clamp(bytes / 8 / (1 << 20), 32LL, 1024LL)) + "MB";
}

// Who may connect: the daemon's user and root, by the socket's peer credentials; nobody by network.
void write_access_rules(const std::string& data) {
    write_file(data + "/pg_hba.conf", "local all all peer map=webpush\n", 0600);
    write_file(data + "/pg_ident.conf",
               "webpush " + current_user() + " " + superuser + "\nwebpush root " + superuser + "\n",
               0600);
}

}  // namespace

OwnCluster::OwnCluster(const Settings& settings)
    : programs_(find_programs(settings, settings.state_dir + "/db")),
      data_(settings.state_dir + "/db"),
      sockets_(settings.state_dir + "/run"),
      fsync_(settings.fsync) {
    check_paths();
    check_version();
    adopt_orphans();
}

OwnCluster::~OwnCluster() { stop(); }

void OwnCluster::check_paths() const {
    if (sockets_.size() + socket_name.size() >= sizeof(sockaddr_un::sun_path)) {
        throw std::runtime_error("the path " + sockets_ + std::string(socket_name) +
                                 " is longer than the 107 octets of a Unix socket's name:"
                                 " choose a shorter --state-dir");
    }
    if (::geteuid() == 0) {
        throw std::runtime_error("PostgreSQL does not run as root: choose another --user");
    }
}

void OwnCluster::check_version() const {
    const std::string own = version_of_cluster(data_);
    if (!has_programs(programs_)) {
        throw std::runtime_error(
            "no PostgreSQL programs in " + programs_ + ": install the package postgresql" +
            (own.empty() ? "" : "-" + own) + ", or name their directory with --postgres-bin");
    }
    if (own.empty()) { return; }
    const std::string version = output_of({programs_ + "/postgres", "--version"});
    if (version.find(" " + own + ".") == std::string::npos) {
        throw std::runtime_error("the cluster in " + data_ + " is of PostgreSQL " + own + ", but " +
                                 programs_ + " has \"" + version.substr(0, version.find('\n')) +
                                 "\": install postgresql-" + own + " beside it");
    }
}

bool OwnCluster::start(Signals& signals) {
    if (version_of_cluster(data_).empty()) { initialize(); }
    write_access_rules(data_);
    end_predecessor();
    launch();
    return wait_until_ready(signals);
}

// Made under another name and renamed, so that an interrupted attempt is never taken for a cluster.
void OwnCluster::initialize() const {
    const std::string unfinished = data_ + ".new";
    fs::remove_all(unfinished);
    log_info("making the database cluster in {}", data_);
    std::vector<std::string> command = {
        programs_ + "/initdb", "-D", unfinished, "-U", superuser, "-E", "UTF8",
        // Always there on Debian; C sorts fast, C.UTF-8 knows upper and lower case.
        "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C", "--auth-local=peer",
        "--auth-host=reject", "--no-instructions"};
    if (!fsync_) { command.emplace_back("--no-sync"); }
    const int status = wait_for(spawn(command));
    if (status != 0) { throw std::runtime_error("initdb failed: " + describe_status(status)); }
    fs::remove(data_);  // an empty directory, if any
    fs::rename(unfinished, data_);
}

// A daemon that was killed leaves a server that is just shutting down: the kernel told it to.
void OwnCluster::end_predecessor() const {
    const std::string pid_file = data_ + "/postmaster.pid";
    if (!exists(pid_file)) { return; }
    const pid_t pid = std::atoi(read_file(pid_file).c_str());
    const fs::path cwd = "/proc/" + std::to_string(pid) + "/cwd";
    std::error_code gone;
    for (int waited = 0; pid > 0 && fs::equivalent(cwd, data_, gone); ++waited) {
        // Not asked already only if it was started by somebody else; not at all after 30 s.
        if (waited % 500 == 100) { ::kill(pid, SIGINT); }
        if (waited == 3000) { throw std::runtime_error("another server runs in " + data_); }
        std::this_thread::sleep_for(10ms);
    }
}

void OwnCluster::launch() {
    // No LOG_STATEMENT, DETAIL or CONTEXT: they would carry endpoints and keys into the log.
    server_ = spawn({programs_ + "/postgres", "-D", data_,
                     "-c", "listen_addresses=",
                     "-c", "unix_socket_directories=" + sockets_,
                     "-c", "unix_socket_permissions=0700",
                     "-c", "logging_collector=off",
                     "-c", "log_destination=stderr",
                     "-c", "log_line_prefix=postgres: ",
                     "-c", "log_min_error_statement=panic",
                     "-c", "log_error_verbosity=terse",
                     "-c", "log_checkpoints=off",
                     "-c", "shared_buffers=" + shared_buffers(),
                     "-c", "max_wal_size=2GB",
                     "-c", "wal_compression=lz4",
                     "-c", "random_page_cost=1.1",
                     "-c", "jit=off",
                     "-c", fsync_ ? "fsync=on" : "fsync=off"});
}

// Recovery after a crash may take its time; the server's end is what ends the wait, or ours.
bool OwnCluster::wait_until_ready(Signals& signals) {
    const std::string info = conninfo();
    while (PQping(info.c_str()) != PQPING_OK) {
        int status = 0;
        if (::waitpid(server_, &status, WNOHANG) == server_) {
            server_ = 0;
            throw std::runtime_error("postgres did not start (" + describe_status(status) +
                                     "), its messages are above");
        }
        if (signals.wait(10) == Signal::stop) { return false; }
    }
    return true;
}

bool OwnCluster::revive(Signals& signals) {
    int status = 0;
    for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
        if (ended != server_) { continue; }
        server_ = 0;
        log_error("postgres ended ({}): starting it again", describe_status(status));
    }
    if (server_ != 0) { return true; }
    // A backend in a long statement would hold the shared memory and make the start fail.
    end_children();
    try {
        launch();
        if (!wait_until_ready(signals)) { return false; }
        log_info("postgres is back");
    } catch (const std::runtime_error& error) {
        log_error("{}; trying again", error.what());
    }
    return true;
}

void OwnCluster::stop() {
    if (server_ == 0) { return; }
    ::kill(server_, SIGINT);
    wait_for(server_);
    server_ = 0;
}

std::string OwnCluster::conninfo() const {
    return "host=" + sockets_ + " user=" + superuser + " dbname=postgres";
}

}  // namespace webpushd
