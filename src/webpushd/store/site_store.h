// Sites in the database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "webpush/edge_files.h"

namespace webpushd {

struct Site {
    int id = 0;
    std::string name;      // [a-z0-9][a-z0-9-]{0,62}
    std::string origin;    // "https://shop.example", "" until set
    std::string push_path = "/push/";
    std::string contact;   // VAPID "sub", "" until set
    std::string vapid;     // id of the current VAPID key
    webpush::PromptSettings prompt;
    std::vector<std::string> vapid_keys;  // ids of all; JobStore::sending_sites() alone tells them
};

// The site that exists from the first start on.
inline constexpr std::string_view default_site = "default";

// A DbError's sqlstate when there is one of that name.
inline constexpr std::string_view unique_violation = "23505";

std::vector<Site> all_sites(Connection& db);
std::optional<Site> find_site(Connection& db, std::string_view name);

// The same, and nobody else changes the row before the transaction ends. REQUIRES: one is open.
std::optional<Site> lock_site(Connection& db, std::string_view name);

// Inserts (id is ignored) and returns it with its id; throws DbError unique_violation when the name
// is taken. REQUIRES: a transaction is open.
Site insert_site(Connection& db, const Site& site, const webpush::VapidPublicKey& key);
void update_site(Connection& db, const Site& site);

}  // namespace webpushd
