// <state_dir>/catalogue.jsonl (webpush/catalogue.h), kept for reports that are made without us.
#pragma once

#include "settings.h"
#include "store/connection.h"

namespace webpushd {

// To be called when a run was made. What goes wrong is only logged: the next call writes the whole
// again. Any thread.
void write_catalogue(const Settings& settings, Connection& db) noexcept;

}  // namespace webpushd
