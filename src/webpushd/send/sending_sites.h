// The sites that this sender can send for: origin and contact set, their current key among the keys
// here (and not those of another machine's site of the same name).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "settings.h"
#include "site_keys.h"
#include "store/site_store.h"

namespace webpushd {

struct SendingSite {
    Site row;
    SiteKeys keys;

    // The key that a subscription was made with; the present one when it does not say. nullptr when
    // there is none (any more).
    const VapidKey* key_for(std::string_view vapid) const;
};

// One a sender thread: the keys' HMAC contexts are not shared.
class SendingSites {
public:
    // `settings` outlives it.
    explicit SendingSites(const Settings& settings) : settings_(settings) {}

    // What the database says now. Reads keys of sites that are new, whose key was changed, and of
    // all once a minute (`now` in ms): small local files.
    void update(const std::vector<Site>& sites, std::uint64_t now);

    std::vector<int> ids() const;
    // nullptr when not among them.
    std::shared_ptr<const SendingSite> find(int id) const;

private:
    struct Entry {
        std::shared_ptr<const SendingSite> site;
        std::uint64_t read_at = 0;
    };

    void update_one(const Site& site, std::uint64_t now);

    const Settings& settings_;
    std::map<int, Entry> entries_;
    std::set<int> unreadable_;  // already complained about
};

}  // namespace webpushd
