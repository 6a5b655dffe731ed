// The checks, one source file a group. Pure: facts in, findings out.
#pragma once

#include "doctor/facts.h"
#include "doctor/finding.h"

namespace webpush_cli::doctor {

void check_nginx(const Facts& facts, Findings& findings);
void check_logs(const Facts& facts, Findings& findings);
void check_daemon(const Facts& facts, Findings& findings);
void check_keys(const Facts& facts, Findings& findings);
void check_site(const Facts& facts, Findings& findings);
void check_push_services(const Facts& facts, Findings& findings);
void check_clock(const Facts& facts, Findings& findings);

}  // namespace webpush_cli::doctor
