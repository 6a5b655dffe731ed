#include "commands.h"

#include <string>

namespace webpush_cli {

CLI::App* add_command(CLI::App& parent, const char* name, const char* about, const char* example) {
    CLI::App* command = parent.add_subcommand(name, about);
    command->footer(std::string("EXAMPLE\n  ") + example + "\n");
    return command;
}

}  // namespace webpush_cli
