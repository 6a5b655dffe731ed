#include "plan/chunks.h"

#include <algorithm>

namespace webpushd {

namespace {

__extension__ typedef unsigned __int128 Id;  // the 128 bits of an id, most significant first

constexpr int bits_below_bucket = 120;
constexpr Id ids_a_bucket = Id{1} << bits_below_bucket;

webpush::SubscriptionId to_octets(Id id) {
    webpush::SubscriptionId octets;
    for (std::size_t i = octets.size(); i > 0; --i) {
        octets[i - 1] = static_cast<unsigned char>(id);
        id >>= 8;
    }
    return octets;
}

// Where range `index` of `count` starts, as an offset into the bucket: floor(2^120 * index /
// count), without the product, which would not fit.
Id start_of(Id index, Id count) {
    const Id whole = ids_a_bucket / count;
    const Id rest = ids_a_bucket % count;
    return whole * index + rest * index / count;
}

}  // namespace

std::int64_t chunk_count(std::int64_t active) {
    return std::max<std::int64_t>(1, (active + recipients_a_chunk - 1) / recipients_a_chunk);
}

std::vector<IdRange> cut_bucket(int bucket, std::int64_t count) {
    const Id first = static_cast<Id>(bucket) << bits_below_bucket;
    const auto n = static_cast<Id>(count);
    std::vector<IdRange> ranges;
    ranges.reserve(static_cast<std::size_t>(count));
    for (Id i = 0; i < n; ++i) {
        ranges.push_back(
            {to_octets(first + start_of(i, n)), to_octets(first + start_of(i + 1, n) - 1)});
    }
    return ranges;
}

}  // namespace webpushd
