// The daemon's life, from a state directory that may be empty to a clean stop.
#pragma once

#include "settings.h"

namespace webpushd {

// Prepares everything, runs the chosen roles until SIGTERM or SIGINT and stops them in reverse
// order. Returns the exit status; what went wrong is logged. Called once, from the main thread.
int run_daemon(Settings settings);

// Brings a configured database's schema up to date. Returns the exit status.
int run_migrations(const Settings& settings);

}  // namespace webpushd
