// A run's message as it is stored, read for sending.
#pragma once

#include <optional>

#include "store/job_store.h"
#include "store/site_store.h"
#include "webpush/payload.h"

namespace webpushd {

// nullopt: it cannot be read.
std::optional<webpush::Notification> read_content(const RunFacts& run, const Site& site);

}  // namespace webpushd
