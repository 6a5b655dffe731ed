// Connection strings as libpq takes them ("host=db dbname=push" or "postgresql://...").
#pragma once

#include <string>

namespace webpushd {

// The same for a log line: a string that holds a password comes back as keywords, the password
// (the TLS key's, too) replaced by "...". Throws std::runtime_error when libpq cannot read it.
std::string without_password(const std::string& conninfo);

}  // namespace webpushd
