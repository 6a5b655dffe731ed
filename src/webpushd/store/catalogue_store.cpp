#include "catalogue_store.h"

namespace webpushd {

std::vector<webpush::CatalogueRun> list_runs(Connection& db) {
    const Rows rows = db.query(
        "SELECT r.id, s.name, c.id, c.name, "
        "to_char(r.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
        "FROM run r JOIN site s ON s.id = r.site JOIN campaign c ON c.id = r.campaign "
        "ORDER BY r.id");
    std::vector<webpush::CatalogueRun> runs;
    for (int row = 0; row < rows.size(); ++row) {
        runs.push_back({rows.integer(row, 0), std::string(rows.text(row, 1)), rows.integer(row, 2),
                        std::string(rows.text(row, 3)), std::string(rows.text(row, 4))});
    }
    return runs;
}

}  // namespace webpushd
