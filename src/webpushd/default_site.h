// What the sites need before any role starts.
#pragma once

#include "role.h"
#include "store/connection.h"

namespace webpushd {

// Makes the default site with its keys unless the database has it, and writes every site's files
// for the edge. A site whose private keys are not on this machine is warned about and left alone.
void prepare_sites(const Settings& settings, Connection& db);

}  // namespace webpushd
