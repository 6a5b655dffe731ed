#include "plan/run_planning.h"

#include <string>

#include "plan/chunks.h"
#include "store/uuid.h"

namespace webpushd {

namespace {

// SKIP LOCKED: another daemon's planner holds the run only while it plans it.
constexpr const char* take_due_run =
    "SELECT r.id, r.site, r.class FROM run r JOIN site s ON s.id = r.site "
    "WHERE r.state = 'planned' AND r.starts_at <= now() AND s.origin <> '' AND s.contact <> '' "
    "ORDER BY r.starts_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED";

constexpr const char* audience_by_bucket =
    "SELECT bucket, active FROM audience_size WHERE site = $1 AND active > 0 ORDER BY bucket";

constexpr const char* copy_chunks =
    "COPY send_job (bucket, site, run, class, id_from, id_to, not_before) FROM STDIN";

constexpr const char* start_sending =
    "UPDATE run SET state = 'sending', audience = $2, planned_at = now() WHERE id = $1";

struct DueRun {
    std::int64_t id;
    std::int64_t site;
    std::int64_t run_class;
};

// COPY text rows of one bucket's chunks.
void append_chunks(std::string& rows, const DueRun& run, int bucket, std::int64_t count) {
    for (const IdRange& range : cut_bucket(bucket, count)) {
        rows += std::to_string(bucket) + '\t' + std::to_string(run.site) + '\t' +
                std::to_string(run.id) + '\t' + std::to_string(run.run_class) + '\t';
        append_uuid(rows, range.from);
        rows += '\t';
        append_uuid(rows, range.to);
        rows += "\t-infinity\n";  // its time has come, also if the clock is set back
    }
}

}  // namespace

std::optional<PlannedRun> plan_next_run(Connection& db) {
    Transaction transaction(db);
    const Rows due = db.query(take_due_run);
    if (due.empty()) { return std::nullopt; }
    const DueRun run{due.integer(0, 0), due.integer(0, 1), due.integer(0, 2)};

    PlannedRun planned{run.id, 0, 0};
    std::string chunks;
    const Rows audience = db.query(audience_by_bucket, {run.site});
    for (int row = 0; row < audience.size(); ++row) {
        const std::int64_t active = audience.integer(row, 1);
        const std::int64_t count = chunk_count(active);
        append_chunks(chunks, run, static_cast<int>(audience.integer(row, 0)), count);
        planned.audience += active;
        planned.chunks += count;
    }
    if (!chunks.empty()) { db.copy_in(copy_chunks, chunks); }
    db.query(start_sending, {run.id, planned.audience});
    transaction.commit();
    return planned;
}

}  // namespace webpushd
