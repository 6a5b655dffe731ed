#include "webpush/recent_table.h"

#include <memory>
#include <thread>
#include <vector>

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
        : sets(new RecentTable::Set[count / 8]()), table(sets.get(), count / 8) {}
    std::unique_ptr<RecentTable::Set[]> sets;
    RecentTable table;
};

std::size_t known(const RecentTable& table, std::uint64_t from, std::uint64_t to) {
    std::size_t count = 0;
    for (std::uint64_t n = from; n < to; ++n) {
        count += table.contains(hash_of(n), now) ? 1 : 0;
    }
    return count;
}

void life_of_an_entry() {
    Memory memory(64);
    RecentTable& table = memory.table;
    tap::ok(!table.contains(hash_of(1), now) && !table.contains(0, 0), "nothing is known at first");
    table.note(hash_of(1), now, 60);
    tap::ok(table.contains(hash_of(1), now), "noted");
    tap::ok(!table.contains(hash_of(2), now), "which says nothing of another");
    tap::ok(table.contains(hash_of(1), now + 59), "known to the end of its time");
    tap::ok(!table.contains(hash_of(1), now + 60), "and no longer");
    table.note(hash_of(1), now + 30, 60);
    tap::ok(table.contains(hash_of(1), now + 89), "noted again, it begins anew");

    table.note(hash_of(3), now, 0);
    tap::ok(!table.contains(hash_of(3), now), "no time at all");
    table.note(hash_of(4), now, 0xffffffff);
    tap::ok(table.contains(hash_of(4), now + RecentTable::max_lifetime - 1), "the longest time");
    for (const std::uint64_t odd : {std::uint64_t{0}, ~std::uint64_t{0}}) {
        table.note(odd, now, 60);
        tap::ok(table.contains(odd, now), "any hash will do");
    }
    const std::uint32_t late = (1U << 28) - 5;  // the word's clock begins anew meanwhile
    table.note(hash_of(5), late, 60);
    tap::ok(table.contains(hash_of(5), late + 59) && !table.contains(hash_of(5), late + 60),
            "over the end of the clock");
}

void room() {
    constexpr std::size_t count = 4096;
    Memory memory(count);
    for (std::uint64_t n = 0; n < count / 4; ++n) {
        memory.table.note(hash_of(n), now, 60);
    }
    tap::ok(known(memory.table, 0, count / 4) > count / 4 - 10,
            "a quarter full, all but all is known");
    for (std::uint64_t n = 10000; n < 10000 + 8 * count; ++n) {
        memory.table.note(hash_of(n), now, 600);
    }
    tap::ok(known(memory.table, 0, count / 4) < 10, "the first to end gave way");
    tap::is(known(memory.table, 10000, 10000 + 8 * count), count, "every slot is used");
    tap::is(known(memory.table, 50000, 150000), 0, "nothing is taken for another");

    const RecentTable other(memory.sets.get(), count / 8);
    tap::is(known(other, 10000, 10000 + 8 * count), count,
            "another table on the same memory knows it");
}

void many_at_once() {
    Memory memory(1 << 16);
    std::vector<std::thread> writers;
    for (std::uint64_t writer = 0; writer < 4; ++writer) {
        writers.emplace_back([&memory, writer] {
            for (std::uint64_t n = 0; n < 1000; ++n) {
                memory.table.note(hash_of(writer * 1000 + n), now, 60);
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    tap::ok(known(memory.table, 0, 4000) > 3900, "four that write at once");
}

}  // namespace

int main() {
    tap::subtest("the life of an entry", life_of_an_entry);
    tap::subtest("room", room);
    tap::subtest("many at once", many_at_once);
    return tap::done_testing();
}
