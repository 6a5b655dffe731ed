// The runs that there are, for the catalogue (webpush/catalogue.h).
#pragma once

#include <vector>

#include "connection.h"
#include "webpush/catalogue.h"

namespace webpushd {

// Those of campaigns, the oldest first.
std::vector<webpush::CatalogueRun> list_runs(Connection& db);

}  // namespace webpushd
