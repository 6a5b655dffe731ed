#include "send/vapid_cache.h"

#include "webpush/vapid.h"

namespace webpushd {

namespace {

constexpr std::int64_t lifetime = 12 * 3600;
constexpr std::int64_t renew_refused_after = 3600;

}  // namespace

VapidCache::Authorization VapidCache::get(const std::string& host, const VapidKey& key,
                                          const std::string& contact, std::int64_t now) {
    Entry& entry = entries_[{host, key.id, contact}];
    // A clock that was set back makes a token look as if it was made in the future.
    const bool usable = entry.authorization && now >= entry.made && now < entry.made + lifetime / 2;
    if (!usable) { sign(entry, host, key, contact, now); }
    return entry.authorization;
}

void VapidCache::renew(const std::string& host, const VapidKey& key, const std::string& contact,
                       std::int64_t now) {
    Entry& entry = entries_[{host, key.id, contact}];
    if (now < entry.refused + renew_refused_after) { return; }
    entry.refused = now;
    sign(entry, host, key, contact, now);
}

void VapidCache::sign(Entry& entry, const std::string& host, const VapidKey& key,
                      const std::string& contact, std::int64_t now) {
    entry.authorization = std::make_shared<const std::string>(
        webpush::vapid_authorization(key.pair, "https://" + host, now + lifetime, contact));
    entry.made = now;
}

}  // namespace webpushd
