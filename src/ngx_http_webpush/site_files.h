// The files that webpushd writes for the edge (webpush/edge_files.h), read while nginx reads its
// configuration, so that `nginx -t` tells what is wrong with them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ngx.h"
#include "webpush/contact_proof.h"
#include "webpush/edge_files.h"
#include "webpush/link_keys.h"

namespace ngx_webpush {

struct SiteCounters;  // counters.h

struct Site {
    std::string directory;  // of the edge files, without the site's name
    std::string name;
    webpush::LinkKeys link_keys;
    std::vector<webpush::VapidPublicKey> vapid_keys;
    webpush::IdentityKeys identity_keys;  // may be none, which prove nothing
    SiteCounters* counters = nullptr;     // in shared memory, from before the workers start

    bool has_vapid_key(std::string_view id) const;
};

// The sites that one configuration uses, each loaded once. Owned by the configuration's pool; the
// link keys inside are secret and are wiped with it.
class Sites {
public:
    // nullptr after an [emerg] that names the file. The site lives as long as this.
    const Site* load(ngx_conf_t* cf, std::string_view directory, std::string_view name);

    const std::vector<std::unique_ptr<Site>>& all() const { return sites_; }

    // Gives each site the counters of its name. False when there are none for one of them.
    bool count_in(const std::function<SiteCounters*(const std::string& name)>& counters_of);

private:
    std::vector<std::unique_ptr<Site>> sites_;
};

}  // namespace ngx_webpush
