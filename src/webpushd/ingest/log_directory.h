// The directory into which the edge of this machine writes its logs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "webpush/log_record.h"

namespace webpushd {

struct LogName {
    std::string file;
    webpush::LogKind kind;
};

// The log files in `directory`, by name; what else lies there is none of ours. Throws
// std::runtime_error naming the directory when that cannot be read.
std::vector<LogName> list_logs(const std::string& directory);

// Removes what a worker of the edge was killed over while it made a log: the edge writes a log's first
// line under another name, <file>.new, and takes that away at once. Nothing acknowledged is in it alone,
// but it may be a second name of a subscription log, whose endpoints and keys would stay with it. What a
// process has locked, or what is younger than a minute, may still be in the making and is left. Takes
// what cannot be removed for removed: another time it can.
void remove_unfinished(const std::string& directory);

// What becomes of a subscription log that is read to its end. It holds endpoints and keys: once they
// are in the database it goes. A line that was skipped may be somebody's leaving: then it is kept for
// a person to look at, as <path>.skipped.
void put_away(const std::string& path, std::int64_t skipped);

}  // namespace webpushd
