#include "store/event_store.h"

namespace webpushd {

namespace {

constexpr const char* make_table =
    "CREATE TEMP TABLE event_in (origin integer NOT NULL, bucket smallint NOT NULL, site integer NOT NULL, run bigint NOT NULL,"
    " subscription uuid NOT NULL, kind text NOT NULL, action text NOT NULL, ordinal bigint NOT NULL,"
    " late boolean NOT NULL, at timestamptz NOT NULL) ON COMMIT DELETE ROWS";

// The runs of this batch that still have a partition for their events.
#define KNOWN_RUN                                                                            \
    "WITH known AS MATERIALIZED (SELECT id, site, month FROM run"                            \
    " WHERE id IN (SELECT run FROM event_in)"                                                \
    " AND to_regclass('event_' || to_char(month, 'YYYY_MM')) IS NOT NULL) "

constexpr const char* count_unknown =
    KNOWN_RUN
    "SELECT origin, count(*) FROM event_in e"
    " WHERE NOT EXISTS (SELECT FROM known k WHERE k.id = e.run AND k.site = e.site) GROUP BY origin";

// In the order of the key, which is kind to its index.
constexpr const char* insert_events =
    KNOWN_RUN
    "INSERT INTO event (month, bucket, site, run, subscription, kind, action, ordinal, late, at)"
    " SELECT k.month, e.bucket, e.site, e.run, e.subscription, e.kind, e.action, e.ordinal, e.late, e.at"
    " FROM event_in e JOIN known k ON k.id = e.run AND k.site = e.site"
    " ORDER BY k.month, e.bucket, e.run, e.subscription, e.kind, e.action, e.ordinal, e.at"
    " ON CONFLICT DO NOTHING";

}  // namespace

EventStore::EventStore(Connection& db) : db_(db) { db_.query(make_table); }

void EventStore::add(int site, const webpush::EventRecord& record, int origin) {
    const bool may_come_again = record.kind == webpush::EventKind::click;
    rows_.integer(origin);
    rows_.integer(webpush::bucket_of(record.subscription));
    rows_.integer(site);
    rows_.integer(record.run);
    rows_.id(record.subscription);
    rows_.text(webpush::name(record.kind));
    rows_.text(record.action);
    rows_.integer(may_come_again ? record.time : 0);
    rows_.boolean(record.late);
    rows_.time(record.time);
    rows_.end_row();
}

std::map<int, std::int64_t> EventStore::apply() {
    std::map<int, std::int64_t> left_out;
    if (rows_.empty()) { return left_out; }
    db_.copy_in("COPY event_in FROM STDIN", rows_.data());
    const Rows unknown = db_.query(count_unknown);
    for (int row = 0; row < unknown.size(); ++row) {
        left_out[static_cast<int>(unknown.integer(row, 0))] = unknown.integer(row, 1);
    }
    db_.query(insert_events);
    rows_.clear();
    return left_out;
}

}  // namespace webpushd
