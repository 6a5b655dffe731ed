// Cuts a bucket's subscriptions into ranges of ids by arithmetic alone: ids are uniform (they are
// hashes), so no row has to be counted to get chunks of about equal size.
#pragma once

#include <cstdint>
#include <vector>

#include "webpush/octets.h"

namespace webpushd {

inline constexpr std::int64_t recipients_a_chunk = 1000;

// Both ends included.
struct IdRange {
    webpush::SubscriptionId from{};
    webpush::SubscriptionId to{};
};

// How many chunks `active` subscriptions are cut into, at least one. A bucket that is empty when a
// run is planned is not cut at all: who subscribes there later is not in the run.
std::int64_t chunk_count(std::int64_t active);

// `count` ranges that together hold every id whose first octet is `bucket` exactly once, in order,
// their sizes differing by at most one id. REQUIRES: 0 <= bucket <= 255, count >= 1.
std::vector<IdRange> cut_bucket(int bucket, std::int64_t count);

}  // namespace webpushd
