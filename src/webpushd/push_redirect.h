// The value of --push-redirect.
#pragma once

#include <optional>
#include <string_view>

#include "settings.h"

namespace webpushd {

// "HOST=ADDRESS:PORT"; HOST may be "*", ADDRESS is numeric, an IPv6 one in brackets. nullopt for
// anything else.
std::optional<Redirect> parse_redirect(std::string_view text);

}  // namespace webpushd
