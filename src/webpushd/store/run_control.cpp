#include "run_control.h"

namespace webpushd {
namespace {

bool is_open(std::string_view state) { return state == "planned" || state == "sending"; }

// The state that the action leads to, "" where it is not allowed.
std::string_view target(RunAction action, std::string_view state, bool was_planned) {
    const bool paused = state == "paused";
    switch (action) {
        case RunAction::pause: return is_open(state) || paused ? "paused" : "";
        case RunAction::resume:
            if (paused) { return was_planned ? "sending" : "planned"; }
            return is_open(state) ? state : "";
        case RunAction::cancel:
            return is_open(state) || paused || state == "cancelled" ? "cancelled" : "";
    }
    return "";
}

}  // namespace

const char* const pause_run_sql =
    "WITH paused AS (UPDATE run SET state = 'paused', pause_reason = $2, pause_detail = $3 "
    "WHERE id = $1 AND state = 'sending' RETURNING id, campaign), "
    "followed AS (UPDATE campaign c SET state = 'paused' FROM paused p WHERE c.id = p.campaign "
    "AND NOT EXISTS (SELECT FROM run r WHERE r.campaign = p.campaign AND r.id <> p.id "
    "AND r.state IN ('planned', 'sending'))) "
    "SELECT id FROM paused";

std::optional<RunChange> change_run(Connection& db, std::int64_t run, RunAction action) {
    Transaction transaction(db);
    const Rows found = db.query(
        "SELECT state, planned_at IS NOT NULL, coalesce(campaign, 0) FROM run WHERE id = $1 "
        "FOR UPDATE",
        {run});
    if (found.empty()) { return std::nullopt; }
    const std::string state(found.text(0, 0));
    const std::string wanted(target(action, state, found.boolean(0, 1)));
    if (wanted.empty()) { return RunChange{false, false, state}; }
    if (wanted == state) { return RunChange{true, false, state}; }

    const std::string_view reason = action == RunAction::pause ? pause_reason::asked : "";
    // what has failed before it was resumed does not pause it again
    db.query(
        "UPDATE run SET state = $2, pause_reason = $3, pause_detail = '', watch_taken = NULL "
        "WHERE id = $1",
        {run, wanted, reason});
    follow_runs(db, found.integer(0, 2));
    transaction.commit();
    return RunChange{true, true, wanted};
}

void follow_runs(Connection& db, std::int64_t campaign) {
    db.query(
        "UPDATE campaign c SET state = s.state FROM ("
        "  SELECT CASE WHEN bool_or(state IN ('planned', 'sending')) THEN 'sending' "
        "    WHEN bool_or(state = 'paused') THEN 'paused' "
        "    WHEN bool_or(state = 'finished') THEN 'finished' ELSE 'cancelled' END AS state "
        "  FROM run WHERE campaign = $1 HAVING count(*) > 0) s "
        "WHERE c.id = $1 AND c.state <> s.state",
        {campaign});
}

}  // namespace webpushd
