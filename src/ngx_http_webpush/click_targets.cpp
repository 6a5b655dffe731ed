#include "click_targets.h"

#include <array>
#include <new>

#include "clock.h"
#include "webpush/hmac.h"

namespace ngx_webpush {
namespace {

using webpush::RecentTable;

constexpr std::uint32_t lifetime = 60;  // seconds
constexpr std::size_t set_count = 8192;
constexpr std::size_t slab_overhead = 16 * 4096;  // nginx's own tables for the pages of the zone

}  // namespace

struct ClickTargets::Shared {
    std::array<RecentTable::Set, set_count> sets;
    webpush::Octets<16> key;
};

ngx_shm_zone_t* ClickTargets::add_zone(ngx_conf_t* cf) {
    ngx_str_t name = ngx_string("webpush_click_targets");
    std::size_t size = sizeof(Shared) + slab_overhead;
    ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_webpush_module);
    if (zone != nullptr) { zone->init = init_zone; }
    return zone;
}

// `old` is of the configuration before, whose memory this one goes on with.
ngx_int_t ClickTargets::init_zone(ngx_shm_zone_t* zone, void* old) noexcept {
    auto* pool = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
    if (old != nullptr || zone->shm.exists) {
        zone->data = old != nullptr ? old : pool->data;
        return NGX_OK;
    }
    void* memory = ngx_slab_alloc(pool, sizeof(Shared));  // whole pages, so it is aligned
    if (memory == nullptr) { return NGX_ERROR; }
    auto* shared = new (memory) Shared{};
    webpush::random_bytes(shared->key.data(), shared->key.size());
    pool->data = zone->data = shared;
    return NGX_OK;
}

ClickTargets::ClickTargets(const ngx_shm_zone_t& zone)
    : ClickTargets(*static_cast<Shared*>(zone.data)) {}

ClickTargets::ClickTargets(Shared& shared)
    : hash_(shared.key), table_(shared.sets.data(), shared.sets.size()) {}

void ClickTargets::note(std::string_view site, std::string_view target) {
    if (!target.starts_with('/')) { return; }
    std::string_view uri = target.substr(0, target.find('#'));  // browsers keep the fragment
    table_.note(hash_({site, uri}), uptime_seconds(), lifetime);
}

bool ClickTargets::contains(std::string_view site, std::string_view uri) const {
    return table_.contains(hash_({site, uri}), uptime_seconds());
}

}  // namespace ngx_webpush
