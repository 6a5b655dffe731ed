// What the operator sets: from the command line and a configuration file (main.cpp), passed down by
// const reference. Everything has a default but the state directory, and that has one too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace webpushd {

// Where to connect for a push service's host instead of what DNS says; for tests and demos only,
// warned about at start.
struct Redirect {
    std::string host;     // as in the endpoint; "*" = every host
    std::string address;  // numeric
    int port = 443;
};

struct Settings {
    std::string state_dir = "/var/lib/webpush";
    std::string log_dir;          // the edge's logs; default <state_dir>/log
    std::string edge_dir;         // files for the edge; default <state_dir>/edge
    std::string admin_socket;     // default <state_dir>/run/admin.sock
    std::string database;         // libpq conninfo; "" = own cluster in <state_dir>/db
    std::string postgres_bin;     // directory of initdb and postgres; "" = newest found
    std::string user = "www-data";  // when started as root: the user to become
    int event_log_days = 400;     // how long event logs are kept once they are ingested, 0 = for ever
    std::uint64_t log_min_free = 128 * 1024 * 1024;  // octets; below, the oldest of them go earlier
    std::string edge_id;          // names this machine's log directory; default host name

    bool ingest = true, plan = true, send = true, api = true;
    int send_threads = 1;
    std::vector<std::string> endpoint_hosts;  // further push services, as webpush::EndpointPolicy
    std::string ca_file;          // additional trusted CA for push services; "" = system's
    std::vector<Redirect> redirects;
    int lease_seconds = 60;
    int activity_months = 13;     // how long visits and tracked events are kept, with the present one
    bool fsync = true;            // own cluster only; off in tests that do not kill
};

// Fills in every default that depends on another setting or on the machine.
void fill_defaults(Settings& settings);

// Directories below state_dir, made on first start: db/, run/, keys/<site>/, edge/<site>/, log/.

}  // namespace webpushd
