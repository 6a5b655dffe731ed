// The directives of the module, as nginx wants to have them.
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// Ended by ngx_null_command; lives as long as the process.
extern ngx_command_t commands[];

}  // namespace ngx_webpush
