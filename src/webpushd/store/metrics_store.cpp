#include "store/metrics_store.h"

#include "store/alarm_store.h"

namespace webpushd {
namespace {

void read_counts(Connection& db, const char* sql, CountByName& counts) {
    const Rows rows = db.query(sql);
    for (int row = 0; row < rows.size(); ++row) {
        counts[std::string(rows.text(row, 0))] = rows.integer(row, 1);
    }
}

}  // namespace

CountByName count_runs_by_state(Connection& db) {
    CountByName counts = {
        {"planned", 0}, {"sending", 0}, {"paused", 0}, {"finished", 0}, {"cancelled", 0}};
    read_counts(db, "SELECT state, count(*) FROM run GROUP BY state", counts);
    return counts;
}

CountByName count_deferred_by_reason(Connection& db) {
    CountByName counts;
    read_counts(db, "SELECT reason, count(*) FROM deferred GROUP BY reason", counts);
    return counts;
}

CountByName count_alarms_by_kind(Connection& db) {
    CountByName counts = {{"origin_stopped", 0}, {"no_key", 0}, {"gone_held", 0}};
    for (const Alarm& alarm : read_alarms(db)) {
        ++counts[alarm.key.substr(0, alarm.key.find(':'))];
    }
    return counts;
}

}  // namespace webpushd
