#include "send/sending_sites.h"

#include <algorithm>
#include <stdexcept>

#include "log.h"

namespace webpushd {

namespace {

constexpr std::uint64_t read_again_after_ms = 60000;

bool same(const Site& a, const Site& b) {
    return a.name == b.name && a.origin == b.origin && a.push_path == b.push_path &&
           a.contact == b.contact && a.vapid == b.vapid && a.vapid_keys == b.vapid_keys;
}

bool has_any(const SiteKeys& keys, const std::vector<std::string>& ids) {
    return std::any_of(ids.begin(), ids.end(),
                       [&](const std::string& id) { return keys.find_vapid(id) != nullptr; });
}

// Throws std::runtime_error when they are not here.
SendingSite with_keys(const Settings& settings, const Site& site) {
    SendingSite sending{site, load_site_keys(settings, site.name)};
    if (!has_any(sending.keys, site.vapid_keys)) {
        throw std::runtime_error("its VAPID key " +
                                 vapid_key_path(settings, site.name, site.vapid) +
                                 " is not on this machine");
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
    const bool fresh = entry.complete && now < entry.read_at + read_again_after_ms;
    if (entry.site && same(entry.site->row, site) && fresh) { return; }
    try {
        entry.site = std::make_shared<const SendingSite>(with_keys(settings_, site));
        entry.read_at = now;
        const Missing missing = missing_keys(*entry.site);
        entry.complete = missing.empty();
        tell_missing(site.id, missing);
        unreadable_.erase(site.id);
    } catch (const std::exception& e) {
        entries_.erase(site.id);
        if (unreadable_.insert(site.id).second) {
            log_error("send: site {}: {}", site.name, e.what());
        }
        // On a database of several machines not all of them have to have all sites' keys.
        const bool meant = !settings_.database.empty() && !has_site_keys(settings_, site.name);
        if (meant) { return tell_missing(site.id, {}); }
        tell_missing(site.id, {{{"no_key:" + settings_.edge_id, site.id},
                                "nothing is sent for the site from this machine: " +
                                    std::string(e.what()) +
                                    ". Put the file back, from a backup of the state directory."}});
    }
}

SendingSites::Missing SendingSites::missing_keys(const SendingSite& site) const {
    Missing missing;
    for (const std::string& id : site.row.vapid_keys) {
        if (site.keys.find_vapid(id) != nullptr) { continue; }
        missing[{"no_key:" + settings_.edge_id + ":" + id, site.row.id}] =
            vapid_key_path(settings_, site.row.name, id) +
            " is missing: messages to subscriptions that were made with this key wait. Put the file "
            "back, from a backup of the state directory or from another machine that sends for the "
            "site.";
    }
    return missing;
}

void SendingSites::tell_missing(int site, const Missing& missing) {
    for (const auto& [id, text] : missing_[site]) {
        if (!missing.contains(id)) { alarms_.clear(id); }
    }
    for (const auto& [id, text] : missing) { alarms_.raise(id, text); }
    missing_[site] = missing;
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
