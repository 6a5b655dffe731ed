// A site's keys and the files made of them. Private halves are files in the state directory, never
// in the database; the edge and the browser get files of their own (webpush/edge_files.h).
//
//   <state_dir>/keys/<site>/vapid-<key id>.key  0600  32 octets base64url
//   <state_dir>/keys/<site>/link.keys           0600  as webpush/link_keys.h
//   <state_dir>/keys/<site>/identity.keys       0600  as webpush/contact_proof.h
//   <state_dir>/keys/<site>/topic.secret        0600  32 octets base64url
//   <edge_dir>/<site>/link.keys, vapid.keys, identity.keys  0640, public/config.json 0644
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings.h"
#include "store/site_store.h"
#include "webpush/edge_files.h"
#include "webpush/link_keys.h"
#include "webpush/p256.h"

namespace webpushd {

struct VapidKey {
    std::string id;
    webpush::KeyPair pair;
};

struct SiteKeys {
    std::vector<VapidKey> vapid;  // every generation found
    webpush::LinkKeys link;
    std::string topic_secret;     // 32 octets

    const VapidKey* find_vapid(std::string_view id) const;
};

// Makes what is missing (a VAPID key, a link key, an identity key, a topic secret) and tells the id of the current
// VAPID key. Files are written under a temporary name, synced and renamed. Throws std::runtime_error
// naming the path.
std::string make_site_keys(const Settings& settings, const std::string& site);

// Where the private half of a VAPID key is.
std::string vapid_key_path(const Settings& settings, const std::string& site, const std::string& id);

// Makes another VAPID key, which is not the current one yet.
VapidKey add_vapid_key(const Settings& settings, const std::string& site);
// Of one that is used no more. Does nothing when it is not here.
void remove_vapid_key_file(const Settings& settings, const std::string& site, const std::string& id);

// Files of secret keys that change in steps: webpush/key_file.h.
enum class SecretKind { link, identity };
std::string_view file_word(SecretKind kind);  // "link", "identity"

// Id of the key that waits until every edge has loaded it.
std::optional<int> waiting_key(const Settings& settings, const std::string& site, SecretKind kind);
// Makes a key that waits. REQUIRES: none does.
void add_waiting_key(const Settings& settings, const std::string& site, SecretKind kind);
// REQUIRES: one waits. After both, write_edge_files() tells the edge.
void use_waiting_key(const Settings& settings, const std::string& site, SecretKind kind);

// Whether the site has a key directory.
bool has_site_keys(const Settings& settings, const std::string& site);
// For a site that was not made after all.
void remove_site_keys(const Settings& settings, const std::string& site);

// Throws std::runtime_error naming the file that is missing or unreadable.
SiteKeys load_site_keys(const Settings& settings, const std::string& site);

// Writes <edge_dir>/<site>/... from the keys and the site's row; only files whose content changed.
// A site of a version before there were identity keys gets one.
void write_edge_files(const Settings& settings, const Site& site);

}  // namespace webpushd
