#include <sys/stat.h>

#include <algorithm>

#include "doctor/checks.h"

namespace webpush_cli::doctor {
namespace {

constexpr std::int64_t max_lag_ms = 2000;  // no run goes on while a log is further behind
constexpr std::int64_t low_space = 1'000'000'000;
constexpr std::int64_t least_space = 100'000'000;

// What the directory's mode gives the account, of S_IRWXO.
mode_t rights(const Account& account, const Directory& directory) {
    if (account.uid == 0) { return S_IRWXO; }
    if (account.uid == directory.uid) { return (directory.mode >> 6) & S_IRWXO; }
    const auto& groups = account.groups;
    const bool member = std::find(groups.begin(), groups.end(), directory.gid) != groups.end();
    return (member ? directory.mode >> 3 : directory.mode) & S_IRWXO;
}

// The first directory of the way that the account cannot pass, or the last if it lacks `wanted`
// there; nullptr when nothing hinders.
const Directory* hindrance(const Account& account, const std::vector<Directory>& chain,
                           mode_t wanted) {
    for (const Directory& directory : chain) {
        const bool last = &directory == &chain.back();
        const mode_t needed = last ? wanted | S_IXOTH : static_cast<mode_t>(S_IXOTH);
        if ((rights(account, directory) & needed) != needed) { return &directory; }
    }
    return nullptr;
}

void check_access(Group& group, const std::string& what, const std::string& name,
                  const std::optional<Account>& account, const LogFacts& logs, mode_t wanted) {
    if (!account) {
        group.problem(what, "there is no user " + name, "Name one that exists.");
        return;
    }
    const Directory* in_the_way = hindrance(*account, logs.chain, wanted);
    if (in_the_way == nullptr) {
        group.ok(what, account->name + " may, in " + logs.path);
    } else if (in_the_way != &logs.chain.back()) {
        group.problem(what, account->name + " may not pass " + in_the_way->path,
                      "chmod o+x " + in_the_way->path);
    } else {
        group.problem(what, account->name + " may not, in " + logs.path,
                      "chown " + account->name + " " + logs.path + " && chmod u+rwx " + logs.path);
    }
}

void check_same_user(const LogFacts& logs, Group& group) {
    if (!logs.reader || !logs.writer) { return; }
    if (logs.reader->uid == logs.writer->uid || logs.reader->uid == 0) {
        group.ok("one user", logs.reader->name + " writes and reads");
    } else {
        group.problem("one user",
                      "nginx writes as " + logs.writer->name + ", webpushd reads as " +
                          logs.reader->name + ": logs with keys are for their owner only",
                      "Start webpushd with --user " + logs.writer->name +
                          ", and give it its state directory: chown -R " + logs.writer->name +
                          " /var/lib/webpush");
    }
}

void check_same_directory(const Facts& facts, Group& group) {
    if (!facts.nginx.valid || !facts.site.error.empty()) {
        group.skipped("one directory", "nginx or webpushd does not tell theirs");
    } else if (facts.nginx.conf.log_dir == facts.site.log_dir) {
        group.ok("one directory", facts.site.log_dir);
    } else {
        group.problem("one directory",
                      "nginx writes to " + facts.nginx.conf.log_dir + ", webpushd reads from " +
                          facts.site.log_dir,
                      "In nginx.conf, in http: webpush_log_dir " + facts.site.log_dir + ";");
    }
}

void check_space(const LogFacts& logs, Group& group) {
    const std::string found = std::to_string(logs.free_octets / 1'000'000) + " MB free";
    const char* advice = "A full disk refuses visitors who subscribe: make room.";
    if (logs.free_octets < std::min(least_space, logs.all_octets / 10)) {
        group.problem("space", found, advice);
    } else if (logs.free_octets < std::min(low_space, logs.all_octets / 5)) {
        group.warning("space", found, advice);
    } else {
        group.ok("space", found);
    }
}

void check_ingest(const DaemonFacts& daemon, Group& group) {
    if (!daemon.error.empty()) {
        group.skipped("taken in", "webpushd does not answer");
        return;
    }
    if (daemon.ingest.empty()) {
        group.warning("taken in", "webpushd has not seen a line of nginx yet",
                      "Is nginx started with this configuration? A worker writes every second.");
        return;
    }
    for (const IngestSource& source : daemon.ingest) {
        const std::string behind =
            source.name + " is " + std::to_string(source.lag_ms) + " ms back";
        if (source.lag_ms <= max_lag_ms) {
            group.ok("taken in", behind);
        } else {
            group.problem("taken in", behind + ": nothing is sent meanwhile",
                          "Is nginx running? Is its machine's clock right? What does webpushd's "
                          "log say?");
        }
    }
}

}  // namespace

void check_logs(const Facts& facts, Findings& findings) {
    Group group(findings, "logs");
    const LogFacts& logs = facts.logs;
    if (logs.path.empty()) {
        group.skipped("directory", "nginx and webpushd do not tell theirs");
        return;
    }
    check_same_directory(facts, group);
    if (!logs.error.empty()) {
        group.problem("directory", logs.error,
                      "webpushd makes it when it starts; as root this command sees all of it.");
        return;
    }
    if (facts.nginx.valid) {
        check_access(group, "nginx writes", facts.nginx.conf.user, logs.writer, logs,
                     S_IWOTH | S_IXOTH);
    }
    if (logs.reader) {
        check_access(group, "webpushd reads", logs.reader->name, logs.reader, logs,
                     S_IROTH | S_IXOTH);
        if (facts.nginx.valid) { check_same_user(logs, group); }
    }
    check_space(logs, group);
    check_ingest(facts.daemon, group);
}

}  // namespace webpush_cli::doctor
