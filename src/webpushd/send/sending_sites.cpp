#include "send/sending_sites.h"

#include <stdexcept>

#include "log.h"

namespace webpushd {

namespace {

constexpr std::uint64_t read_again_after_ms = 60000;

bool same(const Site& a, const Site& b) {
    return a.name == b.name && a.origin == b.origin && a.push_path == b.push_path &&
           a.contact == b.contact && a.vapid == b.vapid;
}

// Throws std::runtime_error when they are not here.
SendingSite with_keys(const Settings& settings, const Site& site) {
    SendingSite sending{site, load_site_keys(settings, site.name)};
    if (sending.keys.find_vapid(site.vapid) == nullptr) {
        throw std::runtime_error("its VAPID key " + site.vapid + " is not on this machine");
    }
    return sending;
}

}  // namespace

const VapidKey* SendingSite::key_for(std::string_view vapid) const {
    return keys.find_vapid(vapid.empty() ? std::string_view(row.vapid) : vapid);
}

void SendingSites::update(const std::vector<Site>& sites, std::uint64_t now) {
    std::set<int> present;
    for (const Site& site : sites) {
        present.insert(site.id);
        update_one(site, now);
    }
    std::erase_if(entries_, [&](const auto& entry) { return present.count(entry.first) == 0; });
}

void SendingSites::update_one(const Site& site, std::uint64_t now) {
    Entry& entry = entries_[site.id];
    if (entry.site && same(entry.site->row, site) && now < entry.read_at + read_again_after_ms) {
        return;
    }
    try {
        entry.site = std::make_shared<const SendingSite>(with_keys(settings_, site));
        entry.read_at = now;
        unreadable_.erase(site.id);
    } catch (const std::exception& e) {
        entries_.erase(site.id);
        if (unreadable_.insert(site.id).second) {
            log_error("send: site {}: {}", site.name, e.what());
        }
    }
}

std::vector<int> SendingSites::ids() const {
    std::vector<int> ids;
    for (const auto& [id, entry] : entries_) { ids.push_back(id); }
    return ids;
}

std::shared_ptr<const SendingSite> SendingSites::find(int id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second.site;
}

}  // namespace webpushd
