#include "report_store.h"

#include "array_text.h"

namespace webpushd {
namespace {

// Names every bucket, so that a key that starts with (bucket) or (month, bucket) is searched by
// index, 256 times, and never read as a whole.
#define EVERY_BUCKET "bucket = ANY (ARRAY(SELECT generate_series(0, 255)::smallint)) "

#define OF_RUN "WHERE month = $1 AND " EVERY_BUCKET "AND run = $2 "

}  // namespace

std::vector<OutcomeCount> count_outcomes(Connection& db, std::int64_t run) {
    const Rows rows = db.query(
        "SELECT outcome, reason, sum(n) FROM run_count WHERE " EVERY_BUCKET
        "AND run = $1 GROUP BY outcome, reason ORDER BY outcome, sum(n) DESC, reason",
        {run});
    std::vector<OutcomeCount> counts;
    for (int row = 0; row < rows.size(); ++row) {
        counts.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                          rows.integer(row, 2)});
    }
    return counts;
}

std::vector<ReasonCount> count_deferred(Connection& db, std::int64_t run) {
    const Rows rows = db.query("SELECT reason, count(*) FROM deferred WHERE " EVERY_BUCKET
                               "AND run = $1 GROUP BY reason ORDER BY count(*) DESC, reason",
                               {run});
    std::vector<ReasonCount> counts;
    for (int row = 0; row < rows.size(); ++row) {
        counts.push_back({std::string(rows.text(row, 0)), rows.integer(row, 1)});
    }
    return counts;
}

std::vector<EventCount> count_events(Connection& db, std::string_view month, std::int64_t run) {
    const Rows rows = db.query(
        "SELECT kind, action, count(DISTINCT subscription), count(*) FROM event "
        OF_RUN "GROUP BY kind, action "
        "ORDER BY kind, action",
        {month, run});
    std::vector<EventCount> counts;
    for (int row = 0; row < rows.size(); ++row) {
        counts.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                          rows.integer(row, 2), rows.integer(row, 3)});
    }
    return counts;
}

std::int64_t count_clickers(Connection& db, std::string_view month, std::int64_t run) {
    return db
        .query("SELECT count(DISTINCT subscription) FROM event "
               OF_RUN "AND kind = 'click'",
               {month, run})
        .integer(0, 0);
}

std::int64_t count_accepted_by(Connection& db, std::string_view month, std::int64_t run,
                               const std::vector<std::string_view>& platforms) {
    ArrayText names;
    for (const std::string_view platform : platforms) { names.add(platform); }
    return db
        .query("SELECT count(*) FROM delivery " OF_RUN
               "AND outcome = 'accepted' AND platform = ANY ($3::text[])",
               {month, run, names.take()})
        .integer(0, 0);
}

RunSpan find_span(Connection& db, std::string_view month, std::int64_t run) {
    const Rows rows = db.query(
        "WITH last AS (SELECT max(at) AS at FROM delivery " OF_RUN
        "UNION ALL SELECT max(at) FROM event " OF_RUN ") "
        "SELECT floor(extract(epoch FROM starts_at))::bigint, floor(extract(epoch FROM "
        "greatest(starts_at, (SELECT max(at) FROM last))))::bigint FROM run WHERE id = $2",
        {month, run});
    return {rows.integer(0, 0), rows.integer(0, 1)};
}

std::vector<SlotCount> count_slots(Connection& db, std::string_view month, std::int64_t run,
                                   std::int64_t from, std::int64_t step) {
    const Rows rows = db.query(
        "WITH happened AS (SELECT outcome AS what, at FROM delivery " OF_RUN
        "AND outcome = 'accepted' UNION ALL SELECT kind, at FROM event " OF_RUN ") "
        "SELECT greatest(0, floor((extract(epoch FROM at) - $3) / $4))::bigint AS slot, what, "
        "count(*) FROM happened GROUP BY slot, what",
        {month, run, from, step});
    std::vector<SlotCount> counts;
    for (int row = 0; row < rows.size(); ++row) {
        counts.push_back(
            {rows.integer(row, 0), std::string(rows.text(row, 1)), rows.integer(row, 2)});
    }
    return counts;
}

}  // namespace webpushd
