#include "store/activity_sql.h"

namespace webpushd::activity_sql {

namespace {

#define OF_ID(a, row) \
    a ".bucket = " row ".bucket AND " a ".site = " row ".site AND " a ".subscription = " row ".id"
#define COLUMNS "bucket, site, subscription, name, key, at, amount, properties"
#define COUNTS "bucket, site, subscription, section, visits, first_visit, last_visit, purchases," \
    " last_purchase, spent"
#define MONTH_OF(at) "date_trunc('month', " at " AT TIME ZONE 'UTC')::date"
#define HAS_MONTH "to_regclass('activity_' || to_char(at AT TIME ZONE 'UTC', 'YYYY_MM')) IS NOT NULL"
#define IS_KEYED(a) a ".key NOT LIKE '@%'"

constexpr const char* prepared[] = {
    R"(CREATE TEMP TABLE activity_in (
        origin integer NOT NULL,  -- of the line; 0 = it is in the database already
        bucket smallint NOT NULL, site integer NOT NULL, subscription uuid NOT NULL,
        name text NOT NULL, key text NOT NULL, at timestamptz NOT NULL, amount numeric,
        properties jsonb NOT NULL, counted boolean NOT NULL DEFAULT false
    ) ON COMMIT DELETE ROWS)",

    R"(CREATE TEMP TABLE engagement_in (
        bucket smallint NOT NULL, site integer NOT NULL, subscription uuid NOT NULL,
        section text NOT NULL, visits bigint NOT NULL, first_visit timestamptz,
        last_visit timestamptz, purchases bigint NOT NULL, last_purchase timestamptz,
        spent numeric NOT NULL, at timestamptz NOT NULL
    ) ON COMMIT DELETE ROWS)",

    "CREATE TEMP VIEW in_time AS SELECT *, " MONTH_OF("at") " AS month FROM activity_in"
    " WHERE " HAS_MONTH,
};

}  // namespace

std::span<const char* const> prepare() { return prepared; }

const char* const copy = "COPY activity_in (origin, " COLUMNS ") FROM STDIN";

const char* const forget_engagement_of_departed =
    "DELETE FROM engagement e USING departed d WHERE " OF_ID("e", "d");

const char* const take_departed =
    "WITH taken AS ("
    "  DELETE FROM activity a USING departed d WHERE " OF_ID("a", "d")
    "  RETURNING a.*, a.at > d.t AS is_later)"
    " INSERT INTO activity_in (origin, " COLUMNS ") SELECT 0, " COLUMNS " FROM taken WHERE is_later";

const char* const take_replaced =
    "WITH taken AS ("
    "  DELETE FROM activity a USING replaced_now r WHERE " OF_ID("a", "r") " RETURNING a.*)"
    " INSERT INTO activity_in (origin, " COLUMNS ", counted) SELECT 0, " COLUMNS ", true FROM taken";

const char* const take_engagement_of_replaced =
    "WITH taken AS ("
    "  DELETE FROM engagement e USING replaced_now r WHERE " OF_ID("e", "r") " RETURNING e.*)"
    " INSERT INTO engagement_in (" COUNTS ", at)"
    " SELECT " COUNTS ", greatest(last_visit, last_purchase) FROM taken";

const char* const count_out_of_time =
    "SELECT origin, count(*) FROM activity_in WHERE origin <> 0 AND NOT " HAS_MONTH " GROUP BY origin";

const char* const insert_counted =
    "INSERT INTO activity (month, " COLUMNS ") SELECT month, " COLUMNS " FROM in_time WHERE counted"
    " ORDER BY month, bucket, site, subscription, name, key ON CONFLICT DO NOTHING";

// A key that a page made counts once in whatever month. "purchase" and "visit" are what the counts
// and the audiences know by name.
const char* const insert_and_count =
    "WITH chosen AS ("
    "  SELECT DISTINCT ON (bucket, site, subscription, name, key) * FROM in_time i"
    "  WHERE NOT counted AND NOT (" IS_KEYED("i") " AND EXISTS ("
    "   SELECT FROM activity a WHERE a.bucket = i.bucket AND a.site = i.site"
    "   AND a.subscription = i.subscription AND a.name = i.name AND a.key = i.key"
    "   AND a.month <> i.month))"
    "  ORDER BY bucket, site, subscription, name, key, at),"
    " stored AS ("
    "  INSERT INTO activity (month, " COLUMNS ") SELECT month, " COLUMNS " FROM chosen"
    "  ORDER BY month, bucket, site, subscription, name, key ON CONFLICT DO NOTHING RETURNING *),"
    " counted AS ("
    "  SELECT s.*, section FROM stored s CROSS JOIN LATERAL ("
    "   SELECT '' UNION SELECT s.properties ->> 'section' WHERE s.name = 'visit'"
    "   AND s.properties ->> 'section' IS NOT NULL) AS of(section)"
    "  WHERE s.name IN ('visit', 'purchase'))"
    " INSERT INTO engagement_in (" COUNTS ", at)"
    " SELECT bucket, site, subscription, section,"
    "  count(*) FILTER (WHERE name = 'visit'), min(at) FILTER (WHERE name = 'visit'),"
    "  max(at) FILTER (WHERE name = 'visit'), count(*) FILTER (WHERE name = 'purchase'),"
    "  max(at) FILTER (WHERE name = 'purchase'),"
    "  coalesce(sum(amount) FILTER (WHERE name = 'purchase'), 0), max(at)"
    " FROM counted GROUP BY bucket, site, subscription, section";

const char* const keep_counts =
    "INSERT INTO engagement AS e (" COUNTS ")"
    " SELECT bucket, site, subscription, section, sum(visits), min(first_visit), max(last_visit),"
    "  sum(purchases), max(last_purchase), sum(spent)"
    " FROM engagement_in GROUP BY bucket, site, subscription, section"
    " ORDER BY bucket, site, subscription, section"
    " ON CONFLICT (bucket, site, subscription, section) DO UPDATE SET"
    "  visits = e.visits + excluded.visits,"
    "  first_visit = least(e.first_visit, excluded.first_visit),"
    "  last_visit = greatest(e.last_visit, excluded.last_visit),"
    "  purchases = e.purchases + excluded.purchases,"
    "  last_purchase = greatest(e.last_purchase, excluded.last_purchase),"
    "  spent = e.spent + excluded.spent";

const char* const sweep =
    "DELETE FROM engagement e WHERE e.bucket = $1"
    " AND NOT EXISTS (SELECT FROM subscription s WHERE s.bucket = e.bucket AND s.site = e.site"
    "  AND s.id = e.subscription)"
    " AND greatest(e.last_visit, e.last_purchase) < now() - interval '30 days'"
    " AND NOT EXISTS (SELECT FROM tombstone d WHERE d.bucket = e.bucket AND d.site = e.site"
    "  AND d.id = e.subscription AND d.at > now() - interval '30 days')";

}  // namespace webpushd::activity_sql
