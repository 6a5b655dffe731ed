// The directory into which the edge of this machine writes its logs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "webpush/log_record.h"

namespace webpushd {

struct LogName {
    std::string file;
    webpush::LogKind kind;
};

// The log files in `directory`, by name; what else lies there is none of ours. Empty when the
// directory cannot be read.
std::vector<LogName> list_logs(const std::string& directory);

}  // namespace webpushd
