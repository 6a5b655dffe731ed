#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <variant>

#include "doctor/gather.h"
#include "webpush/log_record.h"

namespace webpush_cli::doctor {
namespace {

namespace fs = std::filesystem;

Account make_account(const passwd& entry) {
    Account account{entry.pw_name, entry.pw_uid, {}};
    int count = 0;
    ::getgrouplist(entry.pw_name, entry.pw_gid, nullptr, &count);
    account.groups.resize(static_cast<std::size_t>(count));
    ::getgrouplist(entry.pw_name, entry.pw_gid, account.groups.data(), &count);
    return account;
}

// "/", "/var", "/var/lib" ... with what the file system says of each.
void look_at_chain(const std::string& path, LogFacts& facts) {
    fs::path part;
    for (const fs::path& name : fs::path(path)) {
        part /= name;
        if (part.filename().empty() && part != "/") { continue; }  // a slash at the end
        struct stat info {};
        if (::stat(part.c_str(), &info) != 0) {
            facts.error = part.string() + ": " + std::strerror(errno);
            return;
        }
        if (!S_ISDIR(info.st_mode)) {
            facts.error = part.string() + " is no directory";
            return;
        }
        facts.chain.push_back({part.string(), info.st_uid, info.st_gid, info.st_mode});
    }
}

// Event logs: the others, which hold keys, are only for their owner.
fs::path newest_event_log(const std::string& path) {
    fs::path newest;
    fs::file_time_type newest_time;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("events-") || !name.ends_with(".jsonl")) { continue; }
        const auto time = entry.last_write_time(error);
        if (newest.empty() || time > newest_time) {
            newest = entry.path();
            newest_time = time;
        }
    }
    return newest;
}

void read_loaded_keys(LogFacts& facts) {
    std::ifstream file(newest_event_log(facts.path));
    std::string line;
    if (!std::getline(file, line)) { return; }
    webpush::JsonReader reader;
    const auto record = webpush::parse_line(reader, line);
    if (!record.ok()) { return; }
    const auto* header = std::get_if<webpush::FileHeader>(&*record);
    if (header == nullptr) { return; }
    facts.loaded_keys.emplace();
    for (const auto& [site, ids] : header->keys) {
        (*facts.loaded_keys)[site] = {ids.begin(), ids.end()};
    }
}

}  // namespace

std::optional<Account> account_named(const std::string& user) {
    const passwd* entry = ::getpwnam(user.c_str());
    return entry == nullptr ? std::nullopt : std::optional(make_account(*entry));
}

std::optional<Account> account_of(uid_t uid) {
    const passwd* entry = ::getpwuid(uid);
    return entry == nullptr ? std::nullopt : std::optional(make_account(*entry));
}

LogFacts gather_logs(const std::string& directory, const std::string& nginx_user,
                     const std::optional<Account>& daemon) {
    LogFacts facts;
    facts.path = directory;
    facts.writer = account_named(nginx_user);
    facts.reader = daemon;
    look_at_chain(directory, facts);
    if (!facts.error.empty()) { return facts; }

    struct statvfs space {};
    if (::statvfs(directory.c_str(), &space) == 0) {
        facts.free_octets = static_cast<std::int64_t>(space.f_bavail * space.f_frsize);
        facts.all_octets = static_cast<std::int64_t>(space.f_blocks * space.f_frsize);
    }
    read_loaded_keys(facts);
    return facts;
}

}  // namespace webpush_cli::doctor
