// The VAPID keys of sites in the database: public halves, and who was subscribed with which.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "site_keys.h"
#include "store/connection.h"
#include "store/site_store.h"
#include "webpush/edge_files.h"

namespace webpushd {

struct VapidKeyUse {
    std::string id;
    std::string public_key;  // base64url
    std::string created_at;  // RFC 3339
    std::int64_t subscriptions = 0;
};

// Reads the site's whole audience. The newest key first.
std::vector<VapidKeyUse> vapid_key_uses(Connection& db, int site);

// Makes it the site's current key: subscriptions that did not say what they were made with keep the
// one that was it so far. REQUIRES: a transaction is open, lock_site().
void set_current_vapid_key(Connection& db, const Site& site, const webpush::VapidPublicKey& key);

// False when a subscription was made with it; no other can come in meanwhile. REQUIRES: a transaction
// is open, lock_site(); the key is not the current one.
bool remove_vapid_key(Connection& db, int site, std::string_view id);

// How far a new secret key is known, as the log files say that nginx's workers write to.
struct KeyLoads {
    std::int64_t loaded = 0;   // files of workers that have it
    std::int64_t waiting = 0;  // of workers that serve the site, or may, and do not
    bool behind = false;       // some log was not read lately: there may be workers not known of
};
KeyLoads key_loads(Connection& db, std::string_view site, SecretKind kind, int id);
bool loaded_everywhere(const KeyLoads& loads);

}  // namespace webpushd
