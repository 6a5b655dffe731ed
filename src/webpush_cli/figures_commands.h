// Commands for who looks into what the daemon does; as those of commands.h.
#pragma once

#include <CLI/CLI.hpp>

#include "session.h"

namespace webpush_cli {

void add_metrics_command(CLI::App& app, Session& session);
void add_trace_command(CLI::App& app, Session& session);

}  // namespace webpush_cli
