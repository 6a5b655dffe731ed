// What has happened lately, by keyed hashes of it (siphash.h), in memory that never grows: when
// there is no room, what would be forgotten first goes first. So it can forget early, and by chance
// (less than one look in ten thousand million) take one thing for another; nothing else.
//
// The slots may be in memory that several processes share: each is one atomic word, and nobody
// waits. Two that write at the same moment may lose one of both entries.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace webpush {

class RecentTable {
public:
    using Slot = std::atomic<std::uint64_t>;
    static_assert(Slot::is_always_lock_free);

    // A hash has its place in any slot of one set: one cache line.
    struct alignas(64) Set {
        std::array<Slot, 8> slots;
    };

    // The sets are zero or what another table of the same size and hash key left there, and outlive
    // this. REQUIRES: count is not 0.
    RecentTable(Set* sets, std::size_t count) : sets_(sets), count_(count) {}

    // Whether it was noted and is not over. `now` in seconds, of one clock that does not go back.
    bool contains(std::uint64_t hash, std::uint32_t now) const;

    // Noted from now on for `seconds`, up to max_lifetime.
    void note(std::uint64_t hash, std::uint32_t now, std::uint32_t seconds);

    static constexpr std::uint32_t max_lifetime = (1U << 27) - 1;  // four years

private:
    Set& set_of(std::uint64_t hash) const;

    Set* sets_;
    std::uint64_t count_;
};

}  // namespace webpush
