// How the installation is doing, counted in the database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connection.h"

namespace webpushd {

// How far one edge's logs are in the database (table ingest_source).
struct IngestLag {
    std::string source;
    std::string up_to;            // RFC 3339
    std::int64_t milliseconds = 0;  // behind the database's clock
};

struct StatusFigures {
    std::string server_version;  // PostgreSQL's
    std::string time;            // the database's clock, RFC 3339
    std::int64_t sites = 0;
    std::int64_t subscriptions = 0;
    std::int64_t runs_open = 0;
    std::int64_t deferred = 0;
    bool run_without_contact = false;  // an open run whose site has none (any more)
    std::vector<IngestLag> ingest;
    std::vector<std::string> sites_not_ready;  // names of those without an origin or a contact
};

StatusFigures read_status(Connection& db);

}  // namespace webpushd
