#include "status_store.h"

namespace webpushd {
namespace {

#define UTC_TEXT(time) "to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
#define OPEN_RUN "r.state IN ('planned', 'sending')"

std::vector<IngestLag> read_ingest_lag(Connection& db) {
    const Rows rows = db.query(
        "SELECT source, " UTC_TEXT("up_to") ", "
        "       greatest(0, extract(epoch FROM now() - up_to) * 1000)::bigint "
        "FROM ingest_source ORDER BY source");
    std::vector<IngestLag> sources;
    for (int row = 0; row < rows.size(); ++row) {
        sources.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                           rows.integer(row, 2)});
    }
    return sources;
}

std::vector<std::string> sites_not_ready(Connection& db) {
    const Rows rows =
        db.query("SELECT name FROM site WHERE origin = '' OR contact = '' ORDER BY name");
    std::vector<std::string> names;
    for (int row = 0; row < rows.size(); ++row) { names.emplace_back(rows.text(row, 0)); }
    return names;
}

}  // namespace

StatusFigures read_status(Connection& db) {
    const Rows rows = db.query(
        "SELECT current_setting('server_version'), "
        "  (SELECT count(*) FROM site), "
        "  (SELECT coalesce(sum(active), 0) FROM audience_size), "
        "  (SELECT count(*) FROM run r WHERE " OPEN_RUN "), "
        "  (SELECT count(*) FROM deferred), "
        "  EXISTS (SELECT FROM run r JOIN site s ON s.id = r.site "
        "          WHERE " OPEN_RUN " AND s.contact = ''), "
        "  " UTC_TEXT("clock_timestamp()"));
    StatusFigures figures;
    figures.server_version = rows.text(0, 0);
    figures.sites = rows.integer(0, 1);
    figures.subscriptions = rows.integer(0, 2);
    figures.runs_open = rows.integer(0, 3);
    figures.deferred = rows.integer(0, 4);
    figures.run_without_contact = rows.boolean(0, 5);
    figures.time = rows.text(0, 6);
    figures.ingest = read_ingest_lag(db);
    figures.sites_not_ready = sites_not_ready(db);
    return figures;
}

}  // namespace webpushd
