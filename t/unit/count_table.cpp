#include "webpush/count_table.h"

#include <memory>

#include "tap.h"

using namespace webpush;

namespace {

constexpr std::uint32_t now = 1000;

// Hashes as a good hash makes them, from a counter (the finalizer of SplitMix64).
std::uint64_t hash_of(std::uint64_t n) {
    n = (n + 1) * 0x9e3779b97f4a7c15;
    n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
    n = (n ^ n >> 27) * 0x94d049bb133111eb;
    return n ^ n >> 31;
}

struct Memory {
    explicit Memory(std::size_t count)  // of entries
        : sets(new CountTable::Set[count / 8]()), table(sets.get(), count / 8) {}
    std::unique_ptr<CountTable::Set[]> sets;
    CountTable table;
};

std::size_t counted(const CountTable& table, std::uint64_t from, std::uint64_t to) {
    std::size_t sum = 0;
    for (std::uint64_t n = from; n < to; ++n) {
        sum += table.find(hash_of(n), now).count;
    }
    return sum;
}

void life_of_a_count() {
    Memory memory(64);
    CountTable& table = memory.table;
    tap::is(table.find(hash_of(1), now).count, 0U, "nothing is counted at first");
    tap::is(table.find(0, 0).seconds_left, 0U, "nor under any odd hash");
    table.add(hash_of(1), now, 60);
    tap::is(table.find(hash_of(1), now).count, 1U, "once");
    tap::is(table.find(hash_of(1), now).seconds_left, 60U, "for so long");
    tap::is(table.find(hash_of(2), now).count, 0U, "which says nothing of another");
    table.add(hash_of(1), now + 30, 60);
    tap::is(table.find(hash_of(1), now + 59).count, 2U, "twice");
    tap::is(table.find(hash_of(1), now + 59).seconds_left, 1U, "its time goes on from the first");
    tap::is(table.find(hash_of(1), now + 60).count, 0U, "then it is over");
    table.add(hash_of(1), now + 60, 60);
    tap::is(table.find(hash_of(1), now + 60).count, 1U, "and begins anew");
}

void odd_times() {
    Memory memory(64);
    CountTable& table = memory.table;
    table.add(hash_of(1), now, 0);
    tap::is(table.find(hash_of(1), now).seconds_left, 1U, "a second is the least");
    table.add(hash_of(2), now, 0xffffffff);
    tap::is(table.find(hash_of(2), now).seconds_left, CountTable::max_lifetime, "the longest time");
    const std::uint32_t late = 0U - 5;  // the clock begins anew meanwhile
    table.add(hash_of(3), late, 60);
    table.add(hash_of(3), late + 59, 60);
    tap::is(table.find(hash_of(3), late + 59).count, 2U, "over the end of the clock");
    tap::is(table.find(hash_of(3), late + 60).count, 0U, "and to its own end");
    for (const std::uint64_t odd : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        table.add(odd, now, 60);
        tap::is(table.find(odd, now).count, 1U, "any hash will do");
    }
}

void room() {
    constexpr std::size_t count = 4096;
    Memory memory(count);
    for (int round = 0; round < 3; ++round) {
        for (std::uint64_t n = 0; n < count / 4; ++n) {
            memory.table.add(hash_of(n), now, 60);
        }
    }
    tap::ok(counted(memory.table, 0, count / 4) > 3 * (count / 4 - 10),
            "a quarter full, all but all is counted");
    for (std::uint64_t n = 10000; n < 10000 + 8 * count; ++n) {
        memory.table.add(hash_of(n), now, 600);
    }
    tap::ok(counted(memory.table, 0, count / 4) < 30, "the first to end gave way");
    tap::is(counted(memory.table, 10000, 10000 + 8 * count), count, "every slot is used");
    tap::is(counted(memory.table, 50000, 150000), std::size_t{0}, "nothing is taken for another");

    const CountTable other(memory.sets.get(), count / 8);
    tap::is(counted(other, 10000, 10000 + 8 * count), count,
            "another table on the same memory knows it");
}

}  // namespace

int main() {
    tap::subtest("the life of a count", life_of_a_count);
    tap::subtest("odd times", odd_times);
    tap::subtest("room", room);
    return tap::done_testing();
}
