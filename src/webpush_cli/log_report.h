// `webpush report --log`: a report made of event logs alone, with no daemon.
#pragma once

#include <string>
#include <vector>

#include "session.h"

namespace webpush_cli {

struct LogReportOptions {
    std::vector<std::string> files;  // events-*.jsonl, also compressed with gzip
    // What runs are called (webpush/catalogue.h); "" = catalogue.jsonl beside a file or in the
    // directory above, where webpushd's defaults put it; runs have only numbers when there is none.
    std::string catalogue;
    bool csv = false;
};

// Prints it. Damaged files are told on standard error and reported as far as they could be read.
// Throws Failure naming a file that cannot be opened.
void report_logs(const Session& session, const LogReportOptions& options);

}  // namespace webpush_cli
