// Which pages of this nginx click links have led to in the last minute, so that the answers that
// people who clicked get are told from all others. In memory that the workers share: the page is
// often asked of another worker than the link. Kept over a reload.
#pragma once

#include <string_view>

#include "ngx.h"
#include "webpush/recent_table.h"
#include "webpush/siphash.h"

namespace ngx_webpush {

class ClickTargets {
public:
    // Adds the zone (half a megabyte, 65,536 pages) to the configuration that is being read;
    // nullptr after an [emerg].
    static ngx_shm_zone_t* add_zone(ngx_conf_t* cf);

    // For a worker. The zone must outlive this.
    explicit ClickTargets(const ngx_shm_zone_t& zone);

    // `target` as a link or a redirect has it; only paths lead to this nginx.
    void note(std::string_view site, std::string_view target);

    // `uri` as a browser asks for it, with its query.
    bool contains(std::string_view site, std::string_view uri) const;

private:
    struct Shared;
    explicit ClickTargets(Shared& shared);
    static ngx_int_t init_zone(ngx_shm_zone_t* zone, void* old) noexcept;

    webpush::SipHash hash_;
    webpush::RecentTable table_;
};

}  // namespace ngx_webpush
