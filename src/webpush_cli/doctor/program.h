// Another program, run to its end.
#pragma once

#include <string>
#include <vector>

namespace webpush_cli::doctor {

struct ProgramResult {
    std::string error;  // why it could not be started; "" when it was
    int exit = -1;      // -1 too when a signal ended it
    std::string out, err;
};

// `command` is looked for in $PATH when it has no slash. Standard input is empty.
ProgramResult run_program(const std::vector<std::string>& command);

}  // namespace webpush_cli::doctor
