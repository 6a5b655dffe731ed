#include "store/fact_sql.h"

namespace webpushd::fact_sql {

namespace {

#define KEY "bucket, site, subscription, kind, name"
#define OF_ID(f, row) \
    f ".bucket = " row ".bucket AND " f ".site = " row ".site AND " f ".subscription = " row ".id"
#define SAME_FACT(a, b) \
    a ".bucket = " b ".bucket AND " a ".site = " b ".site AND " a ".subscription = " b ".subscription" \
    " AND " a ".kind = " b ".kind AND " a ".name = " b ".name"
#define IS_REMOVED(f) f ".value = 'null'"
#define CONTACT_ID(value) \
    "encode(substring(sha256(convert_to(" value " #>> '{}', 'UTF8')) FOR 16), 'hex')::uuid"

constexpr const char* prepared[] = {
    R"(CREATE TEMP TABLE fact_in (
        bucket smallint NOT NULL, site integer NOT NULL, subscription uuid NOT NULL,
        kind "char" NOT NULL, name text NOT NULL, value jsonb NOT NULL, at timestamptz NOT NULL
    ) ON COMMIT DELETE ROWS)",

    "CREATE TEMP TABLE fact_change (bucket smallint, site integer, id uuid) ON COMMIT DELETE ROWS",

    "CREATE TEMP TABLE contact_change (site integer, value jsonb) ON COMMIT DELETE ROWS",
};

}  // namespace

std::span<const char* const> prepare() { return prepared; }

const char* const copy = "COPY fact_in FROM STDIN";

const char* const forget_departed =
    "WITH gone AS ("
    "  DELETE FROM fact f USING departed d WHERE " OF_ID("f", "d") " AND f.at <= d.t RETURNING f.*),"
    " changed AS ("
    "  INSERT INTO fact_change SELECT DISTINCT bucket, site, subscription FROM gone)"
    " INSERT INTO contact_change SELECT site, value FROM gone WHERE kind = 'c'";

const char* const take_replaced =
    "WITH taken AS ("
    "  DELETE FROM fact f USING replaced_now r WHERE " OF_ID("f", "r") " RETURNING f.*)"
    " INSERT INTO fact_in (" KEY ", value, at) SELECT " KEY ", value, at FROM taken";

const char* const note_contacts =
    "INSERT INTO contact_change"
    " SELECT site, value FROM fact_in WHERE kind = 'c'"
    " UNION ALL"
    " SELECT f.site, f.value FROM fact_in i JOIN fact f ON " SAME_FACT("f", "i") " WHERE i.kind = 'c'";

const char* const keep_contacts =
    "INSERT INTO contact AS c (bucket, site, id, external_id, created_at)"
    " SELECT get_byte(uuid_send(" CONTACT_ID("value") "), 0), site, " CONTACT_ID("value") ","
    "  value #>> '{}', min(at)"
    " FROM fact_in i WHERE kind = 'c' AND NOT " IS_REMOVED("i") " GROUP BY site, value ORDER BY 1, 2, 3"
    " ON CONFLICT (bucket, site, id) DO UPDATE SET created_at = excluded.created_at"
    " WHERE excluded.created_at < c.created_at";

// Of what was said at the same time what is there is stronger than what is not, as null is the least
// of all JSON values.
const char* const keep_newest =
    "WITH kept AS ("
    "  INSERT INTO fact AS f (" KEY ", value, at)"
    "  SELECT DISTINCT ON (" KEY ") " KEY ", value, at FROM fact_in ORDER BY " KEY ", at DESC, value DESC"
    "  ON CONFLICT (" KEY ") DO UPDATE SET value = excluded.value, at = excluded.at"
    "  WHERE (f.at, f.value) < (excluded.at, excluded.value) RETURNING f.*)"
    " INSERT INTO fact_change SELECT DISTINCT bucket, site, subscription FROM kept";

const char* const note_arrived =
    "WITH known AS ("
    "  SELECT f.* FROM arrived a JOIN fact f ON " OF_ID("f", "a") "),"
    " changed AS ("
    "  INSERT INTO fact_change SELECT DISTINCT bucket, site, subscription FROM known)"
    " INSERT INTO contact_change SELECT site, value FROM known WHERE kind = 'c'";

const char* const renew_rows =
    "WITH known AS ("
    "  SELECT t.bucket, t.site, t.id,"
    "   coalesce(array_agg(f.name ORDER BY f.name) FILTER (WHERE f.kind = 't'), '{}') AS tags,"
    "   coalesce(jsonb_object_agg(f.name, f.value) FILTER (WHERE f.kind = 'a'), '{}') AS attributes,"
    "   min(" CONTACT_ID("f.value") "::text) FILTER (WHERE f.kind = 'c')::uuid AS contact"
    "  FROM (SELECT DISTINCT bucket, site, id FROM fact_change) AS t LEFT JOIN fact f ON " OF_ID("f", "t") " AND NOT " IS_REMOVED("f")
    "  GROUP BY t.bucket, t.site, t.id)"
    " UPDATE subscription s SET tags = k.tags, attributes = k.attributes,"
    " contact = CASE WHEN s.contact = k.contact THEN s.contact END"
    " FROM known k WHERE s.bucket = k.bucket AND s.site = k.site AND s.id = k.id"
    " AND (s.tags <> k.tags OR s.attributes <> k.attributes OR s.contact <> k.contact"
    "  OR s.contact IS NOT NULL AND k.contact IS NULL)";

// Each contact's subscriptions are the 20 that were last said to be its own.
const char* const share_contacts =
    "WITH contact AS ("
    "  SELECT site, value, " CONTACT_ID("value") " AS id"
    "  FROM (SELECT DISTINCT site, value FROM contact_change i WHERE NOT " IS_REMOVED("i") ") AS c),"
    " owned AS ("
    "  SELECT o.bucket, c.site, o.subscription, c.id AS contact FROM contact c CROSS JOIN LATERAL ("
    "   SELECT f.bucket, f.subscription FROM fact f"
    "   JOIN subscription s ON s.bucket = f.bucket AND s.site = f.site AND s.id = f.subscription"
    "   WHERE f.kind = 'c' AND f.site = c.site AND f.value = c.value"
    "   ORDER BY f.at DESC, f.subscription LIMIT 20) AS o),"
    " lost AS ("
    "  SELECT s.bucket, s.site, s.id AS subscription, NULL::uuid AS contact FROM contact c"
    "  JOIN subscription s ON s.contact = c.id AND s.site = c.site"
    "  WHERE NOT EXISTS (SELECT FROM owned o WHERE o.bucket = s.bucket AND o.site = s.site"
    "   AND o.subscription = s.id))"
    " UPDATE subscription s SET contact = n.contact"
    " FROM (SELECT * FROM owned UNION ALL SELECT * FROM lost) AS n"
    " WHERE s.bucket = n.bucket AND s.site = n.site AND s.id = n.subscription"
    " AND s.contact IS DISTINCT FROM n.contact";

const char* const sweep =
    "DELETE FROM fact f WHERE f.bucket = $1"
    " AND NOT EXISTS (SELECT FROM subscription s WHERE s.bucket = f.bucket AND s.site = f.site"
    "  AND s.id = f.subscription)"
    " AND f.at < now() - interval '30 days'"
    " AND NOT EXISTS (SELECT FROM tombstone d WHERE d.bucket = f.bucket AND d.site = f.site"
    "  AND d.id = f.subscription AND d.at > now() - interval '30 days')";

}  // namespace webpushd::fact_sql
