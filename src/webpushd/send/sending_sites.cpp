#include "send/sending_sites.h"

#include <exception>

#include "log.h"

namespace webpushd {

namespace {

constexpr std::uint64_t read_again_after_ms = 60000;

bool same(const Site& a, const Site& b) {
    return a.name == b.name && a.origin == b.origin && a.push_path == b.push_path &&
           a.contact == b.contact && a.vapid == b.vapid;
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
        entry.site = std::make_shared<const SendingSite>(
            SendingSite{site, load_site_keys(settings_, site.name)});
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
