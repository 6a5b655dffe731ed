#include "store/alarm_store.h"

#include <utility>

#include "store/array_text.h"

namespace webpushd {

namespace {

#define VOID_BEFORE "now() - interval '15 minutes'"
#define UTC_TEXT(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

// One that was void begins anew, also in what is told about it.
constexpr const char* raise_sql =
    "INSERT INTO alarm (key, site, text) SELECT DISTINCT ON (key, site) key, site, text "
    "FROM unnest($1::text[], $2::int[], $3::text[]) AS a(key, site, text) ORDER BY key, site "
    "ON CONFLICT (key, site) DO UPDATE SET text = excluded.text, seen_at = now(), "
    "since = CASE WHEN alarm.seen_at < " VOID_BEFORE
    " THEN now() ELSE alarm.since END, "
    "count = CASE WHEN alarm.seen_at < " VOID_BEFORE
    " THEN 0 ELSE alarm.count END "
    "RETURNING key, site, text, since = now()";

constexpr const char* touch_sql =
    "UPDATE alarm a SET seen_at = now(), count = a.count + t.n "
    "FROM unnest($1::text[], $2::int[], $3::bigint[]) AS t(key, site, n) "
    "WHERE a.key = t.key AND a.site = t.site";

constexpr const char* clear_sql =
    "DELETE FROM alarm a USING unnest($1::text[], $2::int[]) AS c(key, site) "
    "WHERE a.key = c.key AND a.site = c.site RETURNING a.key, a.site";

std::vector<RaisedAlarm> new_among(const Rows& rows) {
    std::vector<RaisedAlarm> alarms;
    for (int row = 0; row < rows.size(); ++row) {
        if (!rows.boolean(row, 3)) { continue; }
        alarms.push_back({{std::string(rows.text(row, 0)), static_cast<int>(rows.integer(row, 1))},
                          std::string(rows.text(row, 2))});
    }
    return alarms;
}

std::vector<AlarmId> ids(const Rows& rows) {
    std::vector<AlarmId> alarms;
    for (int row = 0; row < rows.size(); ++row) {
        alarms.push_back({std::string(rows.text(row, 0)), static_cast<int>(rows.integer(row, 1))});
    }
    return alarms;
}

}  // namespace

void AlarmStore::raise(const std::vector<RaisedAlarm>& alarms,
                       JobStore::Done<std::vector<RaisedAlarm>> done) {
    ArrayText keys, sites, texts;
    for (const RaisedAlarm& alarm : alarms) {
        keys.add(alarm.id.key);
        sites.add(std::int64_t{alarm.id.site});
        texts.add(alarm.text);
    }
    db_.query({raise_sql,
               {keys.take(), sites.take(), texts.take()},
               ResultFormat::text,
               [done = std::move(done)](QueryResult result) {
                   if (!result) { return done(result.error()); }
                   done(new_among(*result));
               }});
}

void AlarmStore::touch(const std::vector<AlarmCount>& alarms, JobStore::Done<std::int64_t> done) {
    ArrayText keys, sites, counts;
    for (const AlarmCount& alarm : alarms) {
        keys.add(alarm.id.key);
        sites.add(std::int64_t{alarm.id.site});
        counts.add(alarm.messages);
    }
    db_.query({touch_sql,
               {keys.take(), sites.take(), counts.take()},
               ResultFormat::text,
               [done = std::move(done)](QueryResult result) {
                   if (!result) { return done(result.error()); }
                   done(result->affected());
               }});
}

void AlarmStore::clear(const std::vector<AlarmId>& alarms,
                       JobStore::Done<std::vector<AlarmId>> done) {
    ArrayText keys, sites;
    for (const AlarmId& alarm : alarms) {
        keys.add(alarm.key);
        sites.add(std::int64_t{alarm.site});
    }
    db_.query({clear_sql,
               {keys.take(), sites.take()},
               ResultFormat::text,
               [done = std::move(done)](QueryResult result) {
                   if (!result) { return done(result.error()); }
                   done(ids(*result));
               }});
}

std::vector<Alarm> read_alarms(Connection& db) {
    const Rows
        rows = db.query("SELECT a.key, coalesce(s.name, ''), " UTC_TEXT("a.since") ", " UTC_TEXT(
            "a.seen_at") ", "
                         "a.count, a.text FROM alarm a LEFT JOIN site s ON s.id = a.site "
                         "WHERE a.seen_at >= " VOID_BEFORE " ORDER BY a.since, a.key, a.site");
    std::vector<Alarm> alarms;
    for (int row = 0; row < rows.size(); ++row) {
        alarms.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                          std::string(rows.text(row, 2)), std::string(rows.text(row, 3)),
                          rows.integer(row, 4), std::string(rows.text(row, 5))});
    }
    return alarms;
}

}  // namespace webpushd
