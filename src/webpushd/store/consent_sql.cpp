#include "store/consent_sql.h"

namespace webpushd::consent_sql {

namespace {

#define SAME_ID(a, b) a ".bucket = " b ".bucket AND " a ".site = " b ".site AND " a ".id = " b ".id"
#define BUCKET_OF(id) "get_byte(uuid_send(" id "), 0)"
#define DATA(t)                                                                                 \
    t ".p256dh, " t ".auth, " t ".vapid, " t ".platform, " t ".language, " t ".time_zone, "       \
    t ".page, " t ".country, " t ".region, " t ".city, " t ".position"

constexpr const char* prepared[] = {
    R"(CREATE TEMP TABLE consent_in (
        kind "char" NOT NULL,  -- s subscribe, r refresh, u unsubscribe
        bucket smallint NOT NULL, site integer NOT NULL, id uuid NOT NULL,
        n bigint NOT NULL, t timestamptz NOT NULL,
        endpoint text, p256dh bytea, auth bytea, vapid text, platform text, language text,
        time_zone text, page text, consent_version text, country text, region text, city text,
        position text, replaces uuid
    ) ON COMMIT DELETE ROWS)",

    "CREATE TEMP TABLE audience_change (bucket smallint, site integer, n bigint) ON COMMIT DELETE ROWS",

    "CREATE TEMP TABLE arrived (bucket smallint, site integer, id uuid) ON COMMIT DELETE ROWS",

    "CREATE TEMP TABLE departed (bucket smallint, site integer, id uuid, t timestamptz)"
    " ON COMMIT DELETE ROWS",

    R"(CREATE TEMP VIEW newest_leave AS
        SELECT DISTINCT ON (bucket, site, id) bucket, site, id, n, t
        FROM consent_in WHERE kind = 'u' ORDER BY bucket, site, id, n DESC, t DESC)",

    R"(CREATE TEMP VIEW newest_subscribe AS
        SELECT DISTINCT ON (bucket, site, id) bucket, site, id, n, t, consent_version
        FROM consent_in WHERE kind = 's'
        ORDER BY bucket, site, id, n DESC, t DESC, consent_version DESC)",

    "CREATE TEMP VIEW newest_data AS"
    " SELECT DISTINCT ON (bucket, site, id) *"
    " FROM consent_in d WHERE kind IN ('s', 'r') ORDER BY bucket, site, id, (n, t, " DATA("d") ") DESC",

    R"(CREATE TEMP VIEW seen AS
        SELECT bucket, site, id, min(t) AS first, max(t) AS last
        FROM consent_in WHERE kind IN ('s', 'r') GROUP BY bucket, site, id)",

    // Old id -> new id, by the newest record of each old one.
    "CREATE TEMP VIEW newest_link AS"
    " SELECT DISTINCT ON (site, replaces) site, " BUCKET_OF("replaces") " AS bucket, replaces AS id,"
    " bucket AS to_bucket, id AS to_id, n, t FROM consent_in WHERE replaces IS NOT NULL"
    " ORDER BY site, replaces, n DESC, t DESC, consent_in.id",

    // Those whose old row is there and has no newer subscribe.
    "CREATE TEMP VIEW moving AS"
    " SELECT r.* FROM newest_link r JOIN subscription s ON " SAME_ID("s", "r")
    " WHERE (s.consent_counter, s.consent_at) <= (r.n, r.t)",

    "CREATE TEMP VIEW replaced_now AS"
    " SELECT r.bucket, r.site, r.id FROM newest_link r JOIN tombstone d ON " SAME_ID("d", "r")
    " WHERE d.reason = 'replaced'",
};

}  // namespace

std::span<const char* const> prepare() { return prepared; }

const char* const copy = "COPY consent_in FROM STDIN";

const char* const keep_links =
    "INSERT INTO replacement AS r (bucket, site, old, new, n)"
    " SELECT " BUCKET_OF("replaces") ", site, replaces, id, min(n) FROM consent_in"
    " WHERE replaces IS NOT NULL GROUP BY site, replaces, id ORDER BY site, replaces, id"
    " ON CONFLICT (bucket, site, old, new) DO UPDATE SET n = excluded.n WHERE excluded.n < r.n";

// Begins with the leaves of the batch and those, known before, of ids that it says are replaced.
const char* const follow_leaves =
    "WITH RECURSIVE replaced AS ("
    "  SELECT DISTINCT site, replaces AS id FROM consent_in WHERE replaces IS NOT NULL),"
    " led AS ("
    "  SELECT site, id, n, t FROM consent_in WHERE kind = 'u'"
    "  UNION ("
    "  SELECT l.site, l.id, l.n, l.t FROM replaced r"
    "  JOIN leaving l ON l.bucket = " BUCKET_OF("r.id") " AND l.site = r.site AND l.id = r.id)"
    "  UNION ("
    "  SELECT d.site, d.id, d.consent_counter, d.at FROM replaced r"
    "  JOIN tombstone d ON d.bucket = " BUCKET_OF("r.id") " AND d.site = r.site AND d.id = r.id"
    "  WHERE d.reason = 'erased')"
    " UNION"
    "  SELECT led.site, r.new, led.n, led.t FROM led JOIN replacement r"
    "  ON r.bucket = " BUCKET_OF("led.id") " AND r.site = led.site AND r.old = led.id"
    "  WHERE r.n <= led.n)"
    " INSERT INTO consent_in (kind, bucket, site, id, n, t)"
    " SELECT 'u', " BUCKET_OF("id") ", site, id, n, t FROM led";

const char* const keep_leaves =
    "INSERT INTO leaving AS l (bucket, site, id, n, t)"
    " SELECT bucket, site, id, n, t FROM newest_leave ORDER BY bucket, site, id"
    " ON CONFLICT (bucket, site, id) DO UPDATE SET n = excluded.n, t = excluded.t"
    " WHERE (l.n, l.t) < (excluded.n, excluded.t)";

const char* const remove_who_left =
    "WITH removed AS ("
    "  DELETE FROM subscription s USING newest_leave l WHERE " SAME_ID("s", "l")
    "  AND (s.consent_counter, s.consent_at) <= (l.n, l.t) RETURNING s.bucket, s.site)"
    " INSERT INTO audience_change SELECT bucket, site, -count(*) FROM removed GROUP BY bucket, site";

const char* const bury_who_left =
    "INSERT INTO tombstone (bucket, site, id, reason, consent_counter, at)"
    " SELECT bucket, site, id, 'left', n, t FROM newest_leave l"
    " WHERE NOT EXISTS (SELECT FROM subscription s WHERE " SAME_ID("s", "l") ")"
    " ORDER BY bucket, site, id"
    " ON CONFLICT (bucket, site, id) DO UPDATE SET reason = excluded.reason,"
    " consent_counter = excluded.consent_counter, at = excluded.at, replaced_by = NULL"
    " WHERE (tombstone.consent_counter, tombstone.at) < (excluded.consent_counter, excluded.at)"
    " OR tombstone.reason = 'replaced'"
    " AND (tombstone.consent_counter, tombstone.at) = (excluded.consent_counter, excluded.at)";

const char* const lift_tombstones =
    "DELETE FROM tombstone d USING newest_subscribe c WHERE " SAME_ID("d", "c")
    " AND (d.consent_counter, d.at) < (c.n, c.t)";

const char* const renew_consent =
    "UPDATE subscription s SET consent_counter = c.n, consent_at = c.t, created_at = c.t,"
    " consent_version = c.consent_version, key_mismatch = false"
    " FROM newest_subscribe c WHERE " SAME_ID("s", "c")
    " AND (s.consent_counter, s.consent_at, s.consent_version) < (c.n, c.t, c.consent_version)";

const char* const renew_data =
    "UPDATE subscription s SET data_counter = d.n, data_at = d.t, p256dh = d.p256dh, auth = d.auth,"
    " vapid = d.vapid, platform = d.platform, language = d.language, time_zone = d.time_zone,"
    " page = d.page, country = d.country, region = d.region, city = d.city, position = d.position,"
    " seen_at = greatest(s.seen_at, d.t),"
    " consent_at = CASE s.consent_counter WHEN 0 THEN d.t ELSE s.consent_at END,"
    " consent_version = CASE s.consent_counter WHEN 0 THEN d.consent_version"
    " ELSE s.consent_version END"
    " FROM newest_data d WHERE " SAME_ID("s", "d")
    " AND (s.data_counter, s.data_at, " DATA("s") ") < (d.n, d.t, " DATA("d") ")";

const char* const renew_seen =
    "UPDATE subscription s SET seen_at = greatest(s.seen_at, e.last),"
    " created_at = CASE s.consent_counter WHEN 0 THEN least(s.created_at, e.first)"
    " ELSE s.created_at END"
    " FROM seen e WHERE " SAME_ID("s", "e")
    " AND (s.seen_at < e.last OR s.consent_counter = 0 AND e.first < s.created_at)";

const char* const insert_rows =
    "WITH inserted AS ("
    "  INSERT INTO subscription (bucket, site, id, endpoint, p256dh, auth, vapid, platform, language,"
    "   time_zone, page, country, region, city, position, consent_version, consent_counter,"
    "   consent_at, data_counter, data_at, created_at, seen_at)"
    "  SELECT d.bucket, d.site, d.id, d.endpoint, " DATA("d") ","
    "   coalesce(c.consent_version, d.consent_version), coalesce(c.n, 0), coalesce(c.t, d.t),"
    "   d.n, d.t, coalesce(c.t, e.first), e.last"
    "  FROM newest_data d JOIN seen e ON " SAME_ID("e", "d")
    "  LEFT JOIN newest_subscribe c ON " SAME_ID("c", "d")
    "  WHERE NOT EXISTS (SELECT FROM tombstone b WHERE " SAME_ID("b", "d") ")"
    "  ORDER BY d.bucket, d.site, d.id"
    "  ON CONFLICT (bucket, site, id) DO NOTHING RETURNING bucket, site, id),"
    " counted AS ("
    "  INSERT INTO audience_change SELECT bucket, site, count(*) FROM inserted GROUP BY bucket, site)"
    " INSERT INTO arrived SELECT bucket, site, id FROM inserted";

// One step at a time: nothing is still to be moved into the old row, and only one row at once into
// the new.
#define NEXT_STEP \
    "NOT EXISTS (SELECT FROM moving w WHERE w.site = m.site" \
    " AND (w.to_id = m.id OR w.to_id = m.to_id AND w.id < m.id))"

const char* const hand_on =
    "UPDATE subscription s SET created_at = least(s.created_at, o.created_at),"
    " consent_version = CASE s.consent_version WHEN '' THEN o.consent_version"
    "  ELSE s.consent_version END"
    " FROM moving m JOIN subscription o ON " SAME_ID("o", "m")
    " WHERE s.bucket = m.to_bucket AND s.site = m.site AND s.id = m.to_id AND " NEXT_STEP;

#define REMOVE_MOVING(which)                                                                       \
    "WITH removed AS ("                                                                            \
    "  DELETE FROM subscription s USING moving m WHERE " SAME_ID("s", "m") which                    \
    "  RETURNING s.bucket, s.site)"                                                                \
    " INSERT INTO audience_change SELECT bucket, site, -count(*) FROM removed GROUP BY bucket, site"

const char* const remove_moved = REMOVE_MOVING(" AND " NEXT_STEP);
const char* const remove_rest = REMOVE_MOVING("");

const char* const bury_replaced =
    "INSERT INTO tombstone (bucket, site, id, reason, consent_counter, at, replaced_by)"
    " SELECT bucket, site, id, 'replaced', n, t, to_id FROM newest_link r"
    " WHERE NOT EXISTS (SELECT FROM subscription s WHERE " SAME_ID("s", "r") ")"
    " ORDER BY bucket, site, id"
    " ON CONFLICT (bucket, site, id) DO UPDATE SET reason = excluded.reason,"
    " consent_counter = excluded.consent_counter, at = excluded.at,"
    " replaced_by = excluded.replaced_by"
    " WHERE (tombstone.consent_counter, tombstone.at) < (excluded.consent_counter, excluded.at)"
    " OR tombstone.reason = 'replaced' AND tombstone.replaced_by > excluded.replaced_by"
    " AND (tombstone.consent_counter, tombstone.at) = (excluded.consent_counter, excluded.at)";

const char* const note_departed =
    "WITH RECURSIVE way AS ("
    "  SELECT bucket::integer, site, id, t FROM newest_leave"
    " UNION"
    "  SELECT " BUCKET_OF("d.replaced_by") ", d.site, d.replaced_by, w.t"
    "  FROM way w JOIN tombstone d ON " SAME_ID("d", "w") " WHERE d.reason = 'replaced')"
    " INSERT INTO departed SELECT bucket, site, id, max(t) FROM way GROUP BY bucket, site, id";

const char* const count_audience =
    "INSERT INTO audience_size AS a (bucket, site, active)"
    " SELECT bucket, site, sum(n) FROM audience_change GROUP BY bucket, site ORDER BY bucket, site"
    " ON CONFLICT (bucket, site) DO UPDATE SET active = a.active + excluded.active";

}  // namespace webpushd::consent_sql
