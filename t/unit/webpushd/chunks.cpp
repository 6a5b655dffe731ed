// plan/chunks.h: ranges cover a bucket exactly once.
#include "plan/chunks.h"

#include <algorithm>

#include "tap.h"

using namespace webpushd;

namespace {

webpush::SubscriptionId id_of(int bucket, unsigned char rest) {
    webpush::SubscriptionId id;
    id.fill(rest);
    id[0] = static_cast<unsigned char>(bucket);
    return id;
}

// The id after `id`, as a number of 128 bits.
webpush::SubscriptionId next(webpush::SubscriptionId id) {
    for (std::size_t i = id.size(); i > 0; --i) {
        if (++id[i - 1] != 0) { break; }
    }
    return id;
}

bool covers_once(int bucket, const std::vector<IdRange>& ranges) {
    if (ranges.front().from != id_of(bucket, 0x00) || ranges.back().to != id_of(bucket, 0xff)) { return false; }
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (ranges[i].to < ranges[i].from) { return false; }
        if (i > 0 && ranges[i].from != next(ranges[i - 1].to)) { return false; }
    }
    return true;
}

// As far as the 8 octets after the bucket tell.
double size_of(const IdRange& range) {
    double size = 0;
    for (std::size_t i = 1; i < 9; ++i) { size = size * 256 + range.to[i] - range.from[i]; }
    return size;
}

}  // namespace

int main() {
    tap::is(chunk_count(0), 1, "nobody: one chunk all the same");
    tap::is(chunk_count(1), 1, "one");
    tap::is(chunk_count(1000), 1, "a thousand");
    tap::is(chunk_count(1001), 2, "one more");
    tap::is(chunk_count(7812), 8, "two millions' share of a bucket");

    for (const int count : {1, 2, 3, 7, 8, 255, 256, 257, 1000, 65537}) {
        bool all = true;
        for (const int bucket : {0, 1, 127, 128, 255}) {
            const std::vector<IdRange> ranges = cut_bucket(bucket, count);
            all = all && ranges.size() == static_cast<std::size_t>(count) && covers_once(bucket, ranges);
        }
        tap::ok(all, std::to_string(count) + " ranges cover every id once");
    }

    const std::vector<IdRange> three = cut_bucket(5, 3);
    const auto [least, most] = std::minmax({size_of(three[0]), size_of(three[1]), size_of(three[2])});
    tap::ok(most - least <= 1e-12 * most, "ranges have the same size");
    tap::ok(cut_bucket(9, 2)[1].from == [] { auto id = id_of(9, 0); id[1] = 0x80; return id; }(), "two halves");
    return tap::done_testing();
}
