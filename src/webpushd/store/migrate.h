// Brings a database's schema to the version of this program.
#pragma once

#include "connection.h"

namespace webpushd {

// Version of the database's schema, 0 = empty.
int schema_version(Connection& db);

// The version that this program works with.
int latest_version();

// Applies what is missing, each migration in a transaction of its own, under an advisory lock:
// several daemons may try at once. Tells how many were applied. Throws DbError; throws
// std::runtime_error when the database is newer than this program.
int migrate(Connection& db);

// Throws std::runtime_error saying that the database is of a newer program.
void refuse_newer(int version);

}  // namespace webpushd
