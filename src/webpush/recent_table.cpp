#include "recent_table.h"

#include <algorithm>

namespace webpush {
namespace {

// A word: 36 bits of the hash, then the second at which it is over, modulo 2^28.
constexpr int time_bits = 28;
constexpr std::uint32_t time_mask = (1U << time_bits) - 1;

// Never 0, so that no empty slot is taken for an entry.
std::uint64_t tag_of(std::uint64_t hash) { return (hash << time_bits) | 1ULL << time_bits; }

bool has_tag(std::uint64_t word, std::uint64_t tag) {
    return (word & ~std::uint64_t{time_mask}) == tag;
}

// 0 when it is over.
std::uint32_t seconds_left(std::uint64_t word, std::uint32_t now) {
    const std::uint32_t left = (static_cast<std::uint32_t>(word) - now) & time_mask;
    return left <= RecentTable::max_lifetime ? left : 0;
}

}  // namespace

// By the upper half of the hash, whereas the tag is the lower one.
RecentTable::Set& RecentTable::set_of(std::uint64_t hash) const {
    return sets_[(hash >> 32) * count_ >> 32];
}

bool RecentTable::contains(std::uint64_t hash, std::uint32_t now) const {
    const std::uint64_t tag = tag_of(hash);
    const auto& slots = set_of(hash).slots;
    return std::any_of(slots.begin(), slots.end(), [=](const Slot& slot) {
        const std::uint64_t word = slot.load(std::memory_order_relaxed);
        return has_tag(word, tag) && seconds_left(word, now) > 0;
    });
}

void RecentTable::note(std::uint64_t hash, std::uint32_t now, std::uint32_t seconds) {
    const std::uint64_t tag = tag_of(hash);
    Slot* place = nullptr;
    std::uint32_t least = max_lifetime;
    for (Slot& slot : set_of(hash).slots) {
        const std::uint64_t word = slot.load(std::memory_order_relaxed);
        if (has_tag(word, tag)) {
            place = &slot;
            break;
        }
        const std::uint32_t left = word == 0 ? 0 : seconds_left(word, now);
        if (place == nullptr || left < least) {
            place = &slot;
            least = left;
        }
    }
    const std::uint32_t end = now + std::min(seconds, max_lifetime);
    place->store(tag | (end & time_mask), std::memory_order_relaxed);
}

}  // namespace webpush
