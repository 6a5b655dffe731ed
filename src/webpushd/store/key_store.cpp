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

// A worker writes a line every second into each of its files, until it ends.
KeyLoads key_loads(Connection& db, std::string_view site, SecretKind kind, int id) {
    const Rows rows = db.query(
        "SELECT count(*) FILTER (WHERE has), count(*) FILTER (WHERE NOT has), "
        "EXISTS (SELECT FROM ingest_source WHERE up_to < now() - interval '10 seconds') "
        "FROM (SELECT coalesce(f.keys_loaded -> $1 -> $2 @> to_jsonb($3::int), false) AS has "
        "FROM ingest_file f WHERE NOT f.complete AND f.up_to > now() - interval '1 minute' "
        "AND (f.keys_loaded IS NULL OR f.keys_loaded -> 'link' ? $2)) live",
        {file_word(kind), site, id});
    return {rows.integer(0, 0), rows.integer(0, 1), rows.boolean(0, 2)};
}

bool loaded_everywhere(const KeyLoads& loads) {
    return loads.loaded > 0 && loads.waiting == 0 && !loads.behind;
}

}  // namespace webpushd
