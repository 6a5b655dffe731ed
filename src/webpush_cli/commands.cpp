#include "commands.h"

#include <string>

namespace webpush_cli {
namespace {

std::string check_id(const std::string& text) {
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    const bool positive = text.find_first_not_of('0') != std::string::npos;
    return digits && positive ? "" : "not a number: \"" + text + "\"";
}

}  // namespace

CLI::App* add_command(CLI::App& parent, const char* name, const char* about, const char* example) {
    CLI::App* command = parent.add_subcommand(name, about);
    command->footer(std::string("EXAMPLE\n  ") + example + "\n");
    return command;
}

CLI::Option* add_id(CLI::App& command, const char* name, std::int64_t& id, const char* about) {
    return command.add_option(name, id, about)->check(CLI::Validator(check_id, ""));
}

}  // namespace webpush_cli
