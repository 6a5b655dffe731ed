// The version of everything that is built from this tree.
#pragma once

#include <string_view>

namespace webpush {

// In the module's file as it stands here, so that `webpush doctor` can tell which version it is.
inline constexpr std::string_view module_version_mark = "ngx_http_webpush_module version 0.1.0";

inline constexpr std::string_view version =
    module_version_mark.substr(module_version_mark.rfind(' ') + 1);

}  // namespace webpush
