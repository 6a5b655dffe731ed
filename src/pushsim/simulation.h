// The whole: the push service, its browsers, the files that tell about them.
#pragma once

#include "options.h"

namespace pushsim {

// Runs until SIGTERM or SIGINT; progress on stderr. Throws std::runtime_error when something that
// it needs cannot be had.
void simulate(const Options& options);

}  // namespace pushsim
