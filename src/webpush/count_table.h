// How often things have happened lately, by keyed hashes of them (siphash.h), in memory that never
// grows: when there is no room, what would be forgotten first goes first, and counts anew if it
// comes again. By chance (less than once in ten thousand million million looks) two share a count.
//
// The slots may be in memory that several processes share; then those who use them take turns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace webpush {

class CountTable {
public:
    // Zero: nothing has been counted.
    struct Slot {
        std::uint64_t hash;
        std::uint32_t end;  // second at which the count is over
        std::uint32_t count;
    };

    // A hash has its place in any slot of one set: two cache lines.
    struct alignas(64) Set {
        std::array<Slot, 8> slots;
    };

    // The sets are zero or what another table of the same size and hash key left there, and outlive
    // this. REQUIRES: count is not 0.
    CountTable(Set* sets, std::size_t count) : sets_(sets), count_(count) {}

    struct Count {
        std::uint32_t count = 0;
        std::uint32_t seconds_left = 0;  // 0: nothing is counted
    };

    // `now` in seconds, of one clock that does not go back.
    Count find(std::uint64_t hash, std::uint32_t now) const;

    // Once more. The first time decides for how many seconds, at least 1 and up to max_lifetime,
    // all that follows is counted together with it.
    void add(std::uint64_t hash, std::uint32_t now, std::uint32_t seconds);

    static constexpr std::uint32_t max_lifetime = (1U << 27) - 1;  // four years

private:
    Set& set_of(std::uint64_t hash) const;

    Set* sets_;
    std::uint64_t count_;
};

}  // namespace webpush
