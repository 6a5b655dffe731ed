#include <sys/stat.h>

#include <ctime>

#include "answer.h"
#include "doctor/gather.h"
#include "failure.h"

namespace webpush_cli::doctor {
namespace {

// "2026-11-22T21:15:14Z"
std::optional<std::int64_t> unix_seconds(const std::string& text) {
    std::tm time{};
    const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
    if (end == nullptr || *end != '\0') { return std::nullopt; }
    return ::timegm(&time);
}

void read_status(const std::string& body, DaemonFacts& facts) {
    const Answer answer(body);
    const auto& status = answer.root();
    facts.version = text(status, "version");
    facts.roles = texts(status, "roles");
    facts.waiting = text(status, "waiting");
    if (const auto database = status.object("database"); database.ok()) {
        facts.database =
            "PostgreSQL " + text(*database, "version") + ", " + text(*database, "kind");
        facts.database_clock = unix_seconds(text(*database, "time"));
    }
    for (const auto& source : objects(status, "ingest")) {
        facts.ingest.push_back({text(source, "source"), number(source, "lag_ms")});
    }
    for (const auto& alarm : objects(status, "alarms")) {
        facts.alarms.push_back({text(alarm, "key"), text(alarm, "text")});
    }
}

void read_site(const std::string& body, SiteFacts& facts) {
    const Answer answer(body);
    const auto& site = answer.root();
    facts.origin = text(site, "origin");
    facts.contact = text(site, "contact");
    facts.push_path = text(site, "push_path");
}

void read_keys(const std::string& body, SiteFacts& facts) {
    const Answer answer(body);
    const auto& keys = answer.root();
    facts.vapid = text(keys, "vapid");
    for (const auto& key : objects(keys, "vapid_keys")) {
        facts.vapid_keys.push_back({text(key, "id"), text(key, "public_key")});
    }
    if (const auto ids = keys.integers_or_none("link_keys"); ids.ok()) { facts.link_keys = *ids; }
    if (const auto files = keys.object("files"); files.ok()) {
        facts.edge_dir = text(*files, "edge_dir");
        facts.log_dir = text(*files, "log_dir");
    }
}

}  // namespace

DaemonFacts gather_daemon(Session& session) {
    DaemonFacts facts;
    struct stat info {};
    if (::stat(session.socket.c_str(), &info) == 0) { facts.account = account_of(info.st_uid); }
    try {
        const std::string status = session.client().get("/v1/status");
        facts.asked_at = std::time(nullptr);
        read_status(status, facts);
    } catch (const Failure& failure) { facts.error = failure.what(); }
    return facts;
}

SiteFacts gather_site(Session& session, const std::string& name) {
    SiteFacts facts;
    facts.name = name;
    try {
        const std::string path = "/v1/sites/" + session.client().escape(name);
        read_site(session.client().get(path), facts);
        read_keys(session.client().get(path + "/keys"), facts);
    } catch (const Failure& failure) { facts.error = failure.what(); }
    return facts;
}

}  // namespace webpush_cli::doctor
