// How far the edge's logs are in the database: tables ingest_file and ingest_source.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/connection.h"

namespace webpushd {

struct FileProgress {
    std::string file;           // name without directory
    std::int64_t position = 0;  // octets: everything before is in the database
    std::int64_t up_to = 0;     // the edge's time of the last line read, unix milliseconds, 0 = none
    std::int64_t skipped = 0;   // lines that could not be read or belong nowhere
    bool complete = false;      // nothing will follow
    bool torn = false;          // ends in half a line
    std::string keys_loaded;    // JSON, as in the table; "" = its first line was not read (this time)
    // Of lines, counted as skipped, that can be taken once the database knows their site.
    std::set<std::string, std::less<>> unknown_sites;
};

std::vector<FileProgress> load_progress(Connection& db, std::string_view source);
void save_progress(Connection& db, std::string_view source, const FileProgress& progress);

// Forgets complete files that are not among `present`.
void forget_files(Connection& db, std::string_view source, const std::vector<std::string>& present);

// From now on nothing is sent before it is known how far the source is. A source that is known
// already stays as it is.
void register_source(Connection& db, std::string_view source);

// Forgets every other source: of a machine that had another name or log directory.
void forget_other_sources(Connection& db, std::string_view source);

// Everything that the source's edges acknowledged until `lag` milliseconds ago is in the database.
void save_source(Connection& db, std::string_view source, std::int64_t lag);

}  // namespace webpushd
