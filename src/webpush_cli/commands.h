// The command groups, one source file each. Each adds its commands to `app`; a command runs while
// the command line is parsed and throws Failure. `session` outlives the parsing.
#pragma once

#include <CLI/CLI.hpp>

#include "session.h"

namespace webpush_cli {

// A command or group with its example, which its --help ends with.
CLI::App* add_command(CLI::App& parent, const char* name, const char* about, const char* example);

// Takes the number of a campaign or run.
CLI::Option* add_id(CLI::App& command, const char* name, std::int64_t& id, const char* about);

void add_site_commands(CLI::App& app, Session& session);
void add_keys_command(CLI::App& app, Session& session);
void add_campaign_commands(CLI::App& app, Session& session);
void add_send_command(CLI::App& campaign, Session& session);
void add_message_commands(CLI::App& app, Session& session);
void add_run_commands(CLI::App& app, Session& session);
void add_report_command(CLI::App& app, Session& session);
void add_status_command(CLI::App& app, Session& session);
void add_doctor_command(CLI::App& app, Session& session);

}  // namespace webpush_cli
