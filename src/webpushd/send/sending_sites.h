// The sites that this sender can send for: origin and contact set, at least one of their VAPID keys
// here (and not only those of another machine's site of the same name). What was made with a key that
// is not here waits. A missing file is an alarm of this machine.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "send/alarms.h"
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
    // Both outlive it.
    SendingSites(const Settings& settings, Alarms& alarms) : settings_(settings), alarms_(alarms) {}

    // What the database says now. Reads keys of sites that are new, whose keys were changed or are not
    // all here, and of all once a minute (`now` in ms): small local files.
    void update(const std::vector<Site>& sites, std::uint64_t now);

    std::vector<int> ids() const;
    // nullptr when not among them.
    std::shared_ptr<const SendingSite> find(int id) const;

private:
    struct Entry {
        std::shared_ptr<const SendingSite> site;
        std::uint64_t read_at = 0;
        bool complete = false;  // all of its keys are here
    };
    using Missing = std::map<AlarmId, std::string>;  // with the alarm's text

    void update_one(const Site& site, std::uint64_t now);
    Missing missing_keys(const SendingSite& site) const;
    void tell_missing(int site, const Missing& missing);

    const Settings& settings_;
    Alarms& alarms_;
    std::map<int, Entry> entries_;
    std::set<int> unreadable_;  // already complained about
    std::map<int, Missing> missing_;
};

}  // namespace webpushd
