// Findings as a person and as a program reads them.
#pragma once

#include <string>

#include "finding.h"
#include "terminal.h"

namespace webpush_cli::doctor {

// A heading a group, a line a finding, advice indented below it, the count at the end.
std::string findings_text(const Findings& findings, const Terminal& terminal);

// {"checks":[{"group":..,"check":..,"state":"ok"|"skipped"|"warning"|"problem","found":..,
//  "advice":..},..],"ok":n,"skipped":n,"warnings":n,"problems":n}; no advice where none is needed.
std::string findings_json(const Findings& findings);

}  // namespace webpush_cli::doctor
