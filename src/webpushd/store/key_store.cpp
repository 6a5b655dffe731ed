#include "store/key_store.h"

#include "store/locks.h"

namespace webpushd {

namespace {

void lock_consents(Connection& db) {
    db.query("SELECT pg_advisory_xact_lock($1::bigint)", {consent_lock});
}

}  // namespace

std::vector<VapidKeyUse> vapid_key_uses(Connection& db, int site) {
    const Rows rows = db.query(
        "SELECT k.id, translate(rtrim(encode(k.public_key, 'base64'), '='), E'+/\\n', '-_'), "
        "to_char(k.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
        "coalesce(u.n, 0) FROM vapid_key k LEFT JOIN ("
        "SELECT CASE WHEN s.vapid = '' THEN (SELECT vapid FROM site WHERE id = $1) ELSE s.vapid "
        "END "
        "AS id, count(*) AS n FROM subscription s WHERE s.site = $1 GROUP BY 1) u ON u.id = k.id "
        "WHERE k.site = $1 ORDER BY k.created_at DESC, k.id",
        {site});
    std::vector<VapidKeyUse> keys;
    for (int row = 0; row < rows.size(); ++row) {
        keys.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                        std::string(rows.text(row, 2)), rows.integer(row, 3)});
    }
    return keys;
}

void set_current_vapid_key(Connection& db, const Site& site, const webpush::VapidPublicKey& key) {
    lock_consents(db);
    db.query("INSERT INTO vapid_key (site, id, public_key) VALUES ($1, $2, $3)",
             {site.id, key.id, Param::binary(webpush::view(key.key))});
    db.query("UPDATE subscription SET vapid = $2 WHERE site = $1 AND vapid = ''",
             {site.id, site.vapid});
    db.query("UPDATE site SET vapid = $2 WHERE id = $1", {site.id, key.id});
}

bool remove_vapid_key(Connection& db, int site, std::string_view id) {
    lock_consents(db);
    const Rows removed = db.query(
        "DELETE FROM vapid_key k WHERE k.site = $1 AND k.id = $2 AND NOT EXISTS "
        "(SELECT FROM subscription s WHERE s.site = $1 AND s.vapid = $2)",
        {site, id});
    return removed.affected() > 0;
}

}  // namespace webpushd
