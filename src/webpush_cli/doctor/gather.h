// Looks at the machine and asks over the network. What cannot be had is noted in the facts: none of
// these throws for it.
#pragma once

#include <string>
#include <vector>

#include "doctor/facts.h"
#include "session.h"

namespace webpush_cli::doctor {

struct Network {
    std::vector<std::string> connect_to;  // HOST:PORT:ADDRESS:PORT, as curl takes it
    std::string ca_file;                  // one more trusted CA, PEM
};

// `config` may be empty: nginx's own default.
NginxFacts gather_nginx(const std::string& program, const std::string& config);
DaemonFacts gather_daemon(Session& session);
SiteFacts gather_site(Session& session, const std::string& name);

// `directory` is nginx's, or where it is not known webpushd's.
LogFacts gather_logs(const std::string& directory, const std::string& nginx_user,
                     const std::optional<Account>& daemon);
EdgeFacts gather_edge(const std::string& directory, const std::string& site);

// `origin` as "https://shop.example", `push_path` as "/push/".
WebFacts gather_web(const std::string& origin, const std::string& push_path,
                    const Network& network);
std::vector<PushServiceAnswer> gather_push_services(const Network& network);

std::optional<Account> account_named(const std::string& user);
std::optional<Account> account_of(uid_t uid);

}  // namespace webpush_cli::doctor
