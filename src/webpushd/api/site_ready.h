// Whether anything may be sent for a site.
#pragma once

#include <optional>

#include "store/site_store.h"
#include "webpush/problem.h"

namespace webpushd {

// What it lacks before.
std::optional<webpush::Error> not_ready(const Site& site);

}  // namespace webpushd
