#include "count_table.h"

#include <algorithm>
#include <limits>

namespace webpush {
namespace {

// 0 when it is over. The clock may begin anew meanwhile.
std::uint32_t seconds_left(const CountTable::Slot& slot, std::uint32_t now) {
    const std::uint32_t left = slot.count > 0 ? slot.end - now : 0;
    return left <= CountTable::max_lifetime ? left : 0;
}

bool counts(const CountTable::Slot& slot, std::uint64_t hash, std::uint32_t now) {
    return slot.hash == hash && seconds_left(slot, now) > 0;
}

}  // namespace

CountTable::Set& CountTable::set_of(std::uint64_t hash) const {
    return sets_[(hash >> 32) * count_ >> 32];
}

CountTable::Count CountTable::find(std::uint64_t hash, std::uint32_t now) const {
    for (const Slot& slot : set_of(hash).slots) {
        if (counts(slot, hash, now)) { return {slot.count, seconds_left(slot, now)}; }
    }
    return {};
}

void CountTable::add(std::uint64_t hash, std::uint32_t now, std::uint32_t seconds) {
    auto& slots = set_of(hash).slots;
    for (Slot& slot : slots) {
        if (!counts(slot, hash, now)) { continue; }
        if (slot.count < std::numeric_limits<std::uint32_t>::max()) { ++slot.count; }
        return;
    }
    auto ends_first = [now](const Slot& a, const Slot& b) {
        return seconds_left(a, now) < seconds_left(b, now);
    };
    const std::uint32_t lifetime = std::clamp(seconds, 1U, max_lifetime);
    *std::min_element(slots.begin(), slots.end(), ends_first) = {hash, now + lifetime, 1};
}

}  // namespace webpush
