// What was gathered on the machine and over the network, before anything is judged. Plain values:
// gather_*.cpp fill them, check_*.cpp read them and nothing else.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "doctor/nginx_conf.h"

namespace webpush_cli::doctor {

struct NginxFacts {
    std::string program;
    std::string error;           // why the program cannot be run; "" when it could
    std::string about;           // what `nginx -V` says
    bool valid = false;          // `nginx -T` has accepted the configuration
    std::string messages;        // what it said about it
    PushConf conf;               // when valid
    std::string module_version;  // as in the module's file; "" when there is no file or no mark
};

struct Account {
    std::string name;
    uid_t uid = 0;
    std::vector<gid_t> groups;
};

// One directory of a path, outermost first.
struct Directory {
    std::string path;
    uid_t uid = 0;
    gid_t gid = 0;
    mode_t mode = 0;
};

struct LogFacts {
    std::string path;
    std::string error;              // why the directory cannot be looked at; "" when it could
    std::vector<Directory> chain;   // "/", .., the directory itself
    std::optional<Account> writer;  // nginx's workers
    std::optional<Account> reader;  // the user of webpushd
    std::int64_t free_octets = 0, all_octets = 0;
    // Site -> link keys that the newest log file's worker had loaded; nullopt: no such file.
    std::optional<std::map<std::string, std::vector<std::int64_t>>> loaded_keys;
};

struct IngestSource {
    std::string name;
    std::int64_t lag_ms = 0;
};

struct AlarmFact {
    std::string key;
    std::string text;  // what is wrong and what to do
};

struct DaemonFacts {
    std::string error;  // why it does not answer; "" when it does
    std::string version;
    std::string database;                        // "PostgreSQL 15.8, own"
    std::optional<std::int64_t> database_clock;  // unix seconds
    std::vector<std::string> roles;
    std::string waiting;
    std::vector<IngestSource> ingest;
    std::vector<AlarmFact> alarms;
    std::optional<Account> account;  // that it runs as: the owner of its socket
    std::int64_t asked_at = 0;       // unix seconds here, when it answered
};

struct PublicKeyFact {
    std::string id, public_key;  // base64url
};

// One site, as the daemon knows it.
struct SiteFacts {
    std::string name;
    std::string error;  // why nothing is known; "" when it is
    std::string origin, contact, push_path;
    std::string vapid;  // id of the current key
    std::vector<PublicKeyFact> vapid_keys;
    std::vector<std::int64_t> link_keys;  // ids, the signing one first
    std::string edge_dir, log_dir;
};

struct FileText {
    std::string path;
    std::string error;  // why it cannot be read; "" when it could
    std::string text;
};

// The site's files for the edge, where nginx looks for them.
struct EdgeFacts {
    std::string directory;  // webpush_edge_dir
    FileText link_keys, vapid_keys, config;
};

struct WebAnswer {
    std::string url;
    std::string error;  // why there is none; "" when there is one
    long status = 0;
    bool http2 = false;
    std::string content_type, cache_control, location;
    std::optional<std::int64_t> date;  // the Date header, unix seconds
    std::int64_t at = 0;               // unix seconds here, when it came
    std::string body;                  // at most 1 MiB
};

struct WebFacts {
    std::string origin;  // "" when neither the site has one nor --url was given
    WebAnswer worker, script, config, subscribe, click;
};

struct PushServiceAnswer {
    std::string name;  // "Apple"
    WebAnswer answer;
};

struct Facts {
    NginxFacts nginx;
    LogFacts logs;
    DaemonFacts daemon;
    SiteFacts site;
    EdgeFacts edge;
    WebFacts web;
    std::vector<PushServiceAnswer> push_services;  // empty with --offline
};

}  // namespace webpush_cli::doctor
