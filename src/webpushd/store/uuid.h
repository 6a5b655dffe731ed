// Subscription ids as PostgreSQL writes them (type uuid).
#pragma once

#include <string>
#include <string_view>

#include "webpush/octets.h"

namespace webpushd {

// Appends the 36 characters of the canonical form.
void append_uuid(std::string& out, const webpush::SubscriptionId& id);
std::string uuid_text(const webpush::SubscriptionId& id);

}  // namespace webpushd
