#include "plan/run_closing.h"

#include "store/run_control.h"

namespace webpushd {

namespace {

constexpr const char* finish_idle_runs =
    "UPDATE run r SET state = 'finished', finished_at = now() "
    "WHERE r.state = 'sending' "
    "AND NOT EXISTS (SELECT FROM send_job j WHERE j.run = r.id AND j.state <> 'done') "
    "AND NOT EXISTS (SELECT FROM deferred d WHERE d.run = r.id) "
    "RETURNING r.id, coalesce(r.campaign, 0)";

#define CLOSING "r.state = 'cancelled' AND r.finished_at IS NULL"

constexpr const char* any_closing = "SELECT FROM run r WHERE " CLOSING " LIMIT 1";

// What a sender holds under a living lease it records or gives back first; what it is about to do so
// with is locked, and left for the next time.
constexpr const char* end_chunks =
    "UPDATE send_job j SET state = 'done', lease_until = NULL FROM ("
    "  SELECT j.bucket, j.id FROM run r JOIN send_job j ON j.run = r.id "
    "  WHERE " CLOSING
    " AND j.state <> 'done' AND (j.state = 'ready' OR j.lease_until < now()) "
    "  FOR UPDATE OF j SKIP LOCKED) o "
    "WHERE j.bucket = o.bucket AND j.id = o.id";

constexpr const char* delete_waiting =
    "DELETE FROM deferred d USING ("
    "  SELECT d.bucket, d.run, d.subscription FROM run r JOIN deferred d ON d.run = r.id "
    "  WHERE " CLOSING
    " AND (d.lease_until IS NULL OR d.lease_until < now()) "
    "  FOR UPDATE OF d SKIP LOCKED) o "
    "WHERE d.bucket = o.bucket AND d.run = o.run AND d.subscription = o.subscription";

constexpr const char* close_runs =
    "UPDATE run r SET finished_at = now() WHERE " CLOSING
    " "
    "AND NOT EXISTS (SELECT FROM send_job j WHERE j.run = r.id AND j.state <> 'done') "
    "AND NOT EXISTS (SELECT FROM deferred d WHERE d.run = r.id) "
    "RETURNING r.id, greatest(0, r.audience - (SELECT coalesce(sum(n), 0)::bigint FROM run_count c "
    "WHERE c.bucket = ANY (ARRAY(SELECT generate_series(0, 255)::smallint)) AND c.run = r.id))";

#undef CLOSING

}  // namespace

std::vector<std::int64_t> finish_runs(Connection& db) {
    Transaction transaction(db);  // a run and its campaign end together
    const Rows finished = db.query(finish_idle_runs);
    std::vector<std::int64_t> runs;
    for (int row = 0; row < finished.size(); ++row) {
        const std::int64_t campaign = finished.integer(row, 1);
        if (campaign == 0) { continue; }
        runs.push_back(finished.integer(row, 0));
        follow_runs(db, campaign);
    }
    transaction.commit();
    return runs;
}

std::vector<CancelledRun> close_cancelled_runs(Connection& db) {
    if (db.query(any_closing).empty()) { return {}; }
    db.query(end_chunks);
    db.query(delete_waiting);
    const Rows closed = db.query(close_runs);
    std::vector<CancelledRun> runs;
    for (int row = 0; row < closed.size(); ++row) {
        runs.push_back({closed.integer(row, 0), closed.integer(row, 1)});
    }
    return runs;
}

}  // namespace webpushd
