// What is counted for the webpush_limit_... directives, in memory that all workers share and a
// reload keeps. When it is full the counts that would end first are forgotten: nobody is refused
// for what others do.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "limit_rule.h"
#include "ngx.h"
#include "throttle.h"
#include "webpush/count_table.h"
#include "webpush/recent_table.h"
#include "webpush/siphash.h"

namespace ngx_webpush {

// One count and its limit.
struct Account {
    Limit directive;
    std::string_view limit;   // tells those of one limit from others, also in the error log
    std::string_view holder;  // who is; "" is not counted
    std::uint32_t number;
    std::uint32_t seconds;
};

class LimitZone {
public:
    static constexpr std::size_t default_size = 1024 * 1024;
    static constexpr std::size_t min_size = 32 * 1024;

    // Adds the zone to the configuration that is being read; nullptr after an [emerg].
    static ngx_shm_zone_t* add(ngx_conf_t* cf, std::size_t size);

    // For a worker. The zone must outlive this.
    explicit LimitZone(const ngx_shm_zone_t& zone);

    struct Refusal {
        Limit directive;
        std::string_view limit;
        std::uint32_t seconds;  // until its count is over
    };

    // Counts `item` in each of the accounts, unless one of them is full: then in none. An item that
    // was counted before does not count again, nor is it refused; "" is another one each time.
    std::optional<Refusal> charge(std::string_view site, const std::vector<Account>& accounts,
                                  std::string_view item);

    Throttle& messages() { return messages_; }

private:
    struct Shared;
    struct Entry;
    LimitZone(ngx_slab_pool_t& pool, Shared& shared);
    static ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old) noexcept;
    Entry entry(std::string_view site, const Account& account, std::string_view item) const;
    std::optional<Refusal> charge_locked(const std::vector<Entry>& entries);

    ngx_slab_pool_t& pool_;
    webpush::SipHash hash_;
    webpush::CountTable counts_;
    webpush::RecentTable items_;
    Throttle messages_;
};

}  // namespace ngx_webpush
