#include "plan/error_watch.h"

#include <algorithm>

#include "store/run_control.h"

namespace webpushd {

namespace {

constexpr std::int64_t least_outcomes = 200;
constexpr std::int64_t least_known = 20;

// No smaller audience can have enough outcomes.
constexpr const char* watched_runs =
    "SELECT id, month, watch_taken, watch_failed, watch_size, watch_since FROM run "
    "WHERE state = 'sending' AND audience >= 200 ORDER BY id";

#define EVERY_BUCKET "bucket = ANY (ARRAY(SELECT generate_series(0, 255)::smallint)) "

// "young" is what a stranger's endpoint answers, too; a reason of key_mismatch says that it was known.
#define IS_FAILURE(t) \
    "(" t ".outcome = 'failed' AND " t ".reason <> 'young' " \
    "OR " t ".outcome = 'key_mismatch' AND " t ".reason = '') "

constexpr const char* outcomes_by_reason =
    "SELECT CASE WHEN " IS_FAILURE("c") "THEN CASE WHEN c.reason = '' THEN c.outcome ELSE c.reason "
    "END ELSE '' END AS failure, sum(n)::bigint AS n FROM run_count c "
    "WHERE c." EVERY_BUCKET "AND c.run = $1 AND (c.outcome IN ('accepted', 'dropped') OR "
    IS_FAILURE("c") ") GROUP BY failure ORDER BY n DESC";

// Reads all deliveries of the run.
constexpr const char* count_known_failed =
    "SELECT count(*) FILTER (WHERE d.reason <> 'refused'), "
    "count(*) FILTER (WHERE d.reason = 'refused') FROM delivery d JOIN subscription s "
    "ON s.bucket = d.bucket AND s.site = d.site AND s.id = d.subscription "
    "WHERE d.month = $1 AND d." EVERY_BUCKET "AND d.run = $2 AND d.at >= $3 AND "
    IS_FAILURE("d") "AND s.accepted_at IS NOT NULL";

constexpr const char* begin_look =
    "UPDATE run SET watch_taken = $2, watch_failed = $3, watch_size = $4, watch_since = now() "
    "WHERE id = $1";

#undef EVERY_BUCKET
#undef IS_FAILURE

struct Totals {
    std::int64_t taken = 0;
    std::int64_t failed = 0;
    std::string commonest;  // failure
};

Totals read_totals(Connection& db, std::int64_t run) {
    Totals totals;
    const Rows rows = db.query(outcomes_by_reason, {run});
    for (int row = 0; row < rows.size(); ++row) {
        if (rows.text(row, 0).empty()) {
            totals.taken += rows.integer(row, 1);
            continue;
        }
        if (totals.commonest.empty()) { totals.commonest = rows.text(row, 0); }
        totals.failed += rows.integer(row, 1);
    }
    return totals;
}

std::string detail_of(const RecentOutcomes& recent, const Totals& totals) {
    return std::to_string(recent.failed) + " of the last " +
           std::to_string(recent.taken + recent.failed) + " failed, most of them: " +
           totals.commonest;
}

// The detail when the run has to be paused.
std::string look_at(Connection& db, const Rows& runs, int row) {
    const std::int64_t run = runs.integer(row, 0);
    const Totals totals = read_totals(db, run);
    const auto begin = [&](std::int64_t size) {
        db.query(begin_look, {run, totals.taken, totals.failed, size});
    };
    if (runs.is_null(row, 2)) {
        begin(least_outcomes);
        return {};
    }
    RecentOutcomes recent{totals.taken - runs.integer(row, 2), totals.failed - runs.integer(row, 3)};
    if (!is_enough(recent, runs.integer(row, 4))) { return {}; }
    if (seem_too_many(recent)) {
        const Rows known =
            db.query(count_known_failed, {runs.text(row, 1), run, runs.text(row, 5)});
        recent.known_failed = known.integer(0, 0);
        recent.known_refused = known.integer(0, 1);
        if (are_too_many(recent)) { return detail_of(recent, totals); }
        begin(std::max(least_outcomes, (totals.taken + totals.failed) / 4));  // seldom: it was dear
    } else {
        begin(least_outcomes);
    }
    return {};
}

}  // namespace

bool is_enough(const RecentOutcomes& recent, std::int64_t size) {
    return recent.taken + recent.failed >= size;
}

bool seem_too_many(const RecentOutcomes& recent) { return recent.failed >= recent.taken; }

// Whoever has taken this message is known by that.
bool are_too_many(const RecentOutcomes& recent) {
    const std::int64_t known = recent.taken + recent.known_failed + recent.known_refused;
    const std::int64_t half = std::max<std::int64_t>(recent.taken, 1);
    return known < least_known || recent.known_failed >= half;
}

std::vector<PausedRun> pause_failing_runs(Connection& db) {
    std::vector<PausedRun> paused;
    const Rows runs = db.query(watched_runs);
    for (int row = 0; row < runs.size(); ++row) {
        const std::string detail = look_at(db, runs, row);
        if (detail.empty()) { continue; }
        const std::int64_t run = runs.integer(row, 0);
        if (db.query(pause_run_sql, {run, pause_reason::errors, detail}).empty()) { continue; }
        paused.push_back({run, detail});
    }
    return paused;
}

}  // namespace webpushd
