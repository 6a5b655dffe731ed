#include "limit_zone.h"

#include <new>

#include "clock.h"
#include "guard.h"
#include "webpush/hmac.h"

namespace ngx_webpush {
namespace {

using webpush::CountTable;
using webpush::RecentTable;

// nginx gives the lock of a worker that dies to the others.
class Lock {
public:
    explicit Lock(ngx_slab_pool_t& pool) : pool_(pool) { ngx_shmtx_lock(&pool_.mutex); }
    ~Lock() { ngx_shmtx_unlock(&pool_.mutex); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    ngx_slab_pool_t& pool_;
};

std::string_view octets_of(const std::uint32_t& number) {
    return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

}  // namespace

// At the beginning of the zone's memory, before the sets of both tables: a third of the memory is
// for counts, the rest for what has been counted.
struct alignas(64) LimitZone::Shared {
    webpush::Octets<16> key;
    std::size_t count_sets;
    std::size_t item_sets;

    CountTable::Set* counts() { return reinterpret_cast<CountTable::Set*>(this + 1); }
    RecentTable::Set* items() { return reinterpret_cast<RecentTable::Set*>(counts() + count_sets); }
};

// A count and, where items are told apart, the item.
struct LimitZone::Entry {
    const Account* account;
    std::uint64_t count;
    std::optional<std::uint64_t> item;
};

ngx_shm_zone_t* LimitZone::add(ngx_conf_t* cf, std::size_t size) {
    ngx_str_t name = ngx_string("webpush_limit");
    ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_webpush_module);
    if (zone != nullptr) { zone->init = init_zone; }
    return zone;
}

// `old` is of the configuration before, whose memory this one goes on with.
ngx_int_t LimitZone::init_zone(ngx_shm_zone_t* zone, void* old) noexcept {
    auto* pool = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
    if (old != nullptr || zone->shm.exists) {
        zone->data = old != nullptr ? old : pool->data;
        return NGX_OK;
    }
    return guarded(zone->shm.log, "limit zone", NGX_ERROR, [=]() -> ngx_int_t {
        const std::size_t size = pool->pfree * ngx_pagesize;  // all that nginx's own tables leave
        void* memory = ngx_slab_calloc(pool, size);           // whole pages, so it is aligned
        if (memory == nullptr) { return NGX_ERROR; }
        auto* shared = new (memory) Shared{};
        const std::size_t rest = size - sizeof(Shared);
        shared->count_sets = rest / 3 / sizeof(CountTable::Set);
        shared->item_sets =
            (rest - shared->count_sets * sizeof(CountTable::Set)) / sizeof(RecentTable::Set);
        webpush::random_bytes(shared->key.data(), shared->key.size());
        pool->data = zone->data = shared;
        return NGX_OK;
    });
}

LimitZone::LimitZone(const ngx_shm_zone_t& zone)
    : LimitZone(*reinterpret_cast<ngx_slab_pool_t*>(zone.shm.addr),
                *static_cast<Shared*>(zone.data)) {}

LimitZone::LimitZone(ngx_slab_pool_t& pool, Shared& shared)
    : pool_(pool),
      hash_(shared.key),
      counts_(shared.counts(), shared.count_sets),
      items_(shared.items(), shared.item_sets) {}

std::optional<LimitZone::Refusal> LimitZone::charge(std::string_view site,
                                                    const std::vector<Account>& accounts,
                                                    std::string_view item) {
    std::vector<Entry> entries;
    entries.reserve(accounts.size());
    for (const Account& account : accounts) {
        if (!account.holder.empty()) { entries.push_back(entry(site, account, item)); }
    }
    if (entries.empty()) { return std::nullopt; }
    Lock lock(pool_);
    return charge_locked(entries);
}

// With directive and time, as limits of one key are counted apart by both.
LimitZone::Entry LimitZone::entry(std::string_view site, const Account& account,
                                  std::string_view item) const {
    std::string_view of = name(account.directive);
    std::string_view time = octets_of(account.seconds);
    Entry entry{&account, hash_({site, of, account.limit, time, account.holder}), std::nullopt};
    if (!item.empty()) {
        entry.item = hash_({site, of, account.limit, time, account.holder, item});
    }
    return entry;
}

std::optional<LimitZone::Refusal> LimitZone::charge_locked(const std::vector<Entry>& entries) {
    const std::uint32_t now = uptime_seconds();
    auto is_known = [&](const Entry& entry) {
        return entry.item && items_.contains(*entry.item, now);
    };
    for (const Entry& entry : entries) {
        auto [count, seconds_left] = counts_.find(entry.count, now);
        if (count >= entry.account->number && !is_known(entry)) {
            return Refusal{entry.account->directive, entry.account->limit, seconds_left};
        }
    }
    for (const Entry& entry : entries) {
        if (is_known(entry)) { continue; }
        counts_.add(entry.count, now, entry.account->seconds);
        // Not longer than its count: what was counted before says nothing of the next one.
        if (entry.item) {
            items_.note(*entry.item, now, counts_.find(entry.count, now).seconds_left);
        }
    }
    return std::nullopt;
}

}  // namespace ngx_webpush
