// Comma-separated values (RFC 4180), for spreadsheets.
#pragma once

#include <string>
#include <vector>

namespace webpush_cli {

// One record with its line end. Fields with a comma, a quote or a line end are quoted.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace webpush_cli
