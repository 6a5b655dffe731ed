#include "status_zone.h"

#include <algorithm>
#include <new>

#include "clock.h"
#include "guard.h"
#include "pool_object.h"

namespace ngx_webpush {
namespace {

template <typename T>
T* make_in_zone(ngx_slab_pool_t* pool) {
    void* memory = ngx_slab_calloc(pool, sizeof(T));
    return memory != nullptr ? new (memory) T{} : nullptr;
}

// A site that was there before goes on with its counters.
SiteCounters* counters_of(ngx_slab_pool_t* pool, Counters& counters, const std::string& site) {
    std::atomic<SiteCounters*>* end = &counters.sites;
    while (SiteCounters* known = end->load()) {
        if (site == known->name.data()) { return known; }
        end = &known->next;
    }
    auto* added = make_in_zone<SiteCounters>(pool);
    if (added == nullptr) { return nullptr; }
    std::copy(site.begin(), site.end(), added->name.begin());  // names have at most 63 characters
    end->store(added);  // workers of the previous configuration may be reading
    return added;
}

ngx_int_t refuse_too_small(const ngx_shm_zone_t& zone) {
    ngx_log_error(NGX_LOG_EMERG, zone.shm.log, 0,
                  "\"webpush_status_zone\" is too small for the number of sites");
    return NGX_ERROR;
}

// Called in the master, for `nginx -t`, too.
ngx_int_t init_zone(ngx_shm_zone_t* zone, void* previous) noexcept {
    return guarded(zone->shm.log, "status zone", NGX_ERROR, [=]() -> ngx_int_t {
        auto& ours = *static_cast<StatusZone*>(zone->data);
        auto* pool = reinterpret_cast<ngx_slab_pool_t*>(zone->shm.addr);
        pool->log_nomem = 0;
        if (previous != nullptr) {
            ours.counters = static_cast<StatusZone*>(previous)->counters;
        } else if (zone->shm.exists) {
            ours.counters = static_cast<Counters*>(pool->data);
        } else {
            ours.counters = make_in_zone<Counters>(pool);
            if (ours.counters == nullptr) { return refuse_too_small(*zone); }
            pool->data = ours.counters;
            ours.counters->started.set(static_cast<std::uint64_t>(now_ms()));
        }
        ours.counters->configured.set(static_cast<std::uint64_t>(now_ms()));
        bool all = ours.sites->count_in(
            [&](const std::string& site) { return counters_of(pool, *ours.counters, site); });
        return all ? NGX_OK : refuse_too_small(*zone);
    });
}

}  // namespace

StatusZone* add_status_zone(ngx_conf_t* cf, std::size_t size, Sites& sites) {
    ngx_str_t name = ngx_string("webpush_status");
    ngx_shm_zone_t* zone = ngx_shared_memory_add(cf, &name, size, &ngx_http_webpush_module);
    if (zone == nullptr) { return nullptr; }
    auto* ours = make_in_pool<StatusZone>(cf->pool);
    ours->sites = &sites;
    zone->init = init_zone;
    zone->data = ours;
    return ours;
}

}  // namespace ngx_webpush
