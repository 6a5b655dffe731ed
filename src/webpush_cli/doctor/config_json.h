// config.json (webpush/edge_files.h) against what webpushd says of the site. Pure.
#pragma once

#include <string>

#include "doctor/facts.h"

namespace webpush_cli::doctor {

// What is wrong with it, to follow its name ("has another key than webpushd"); "" for nothing.
std::string config_fault(const std::string& text, const SiteFacts& site);

}  // namespace webpush_cli::doctor
