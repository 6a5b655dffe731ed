#include "store/partitions.h"

#include "store/locks.h"

namespace webpushd {

namespace {

struct Month {
    std::string suffix;  // "2026_11"
    std::string first;   // "2026-11-01"
    std::string next;    // "2026-12-01"
};

Month month_of(Connection& db, std::string_view date) {
    const Rows rows = db.query(
        "SELECT to_char(first, 'YYYY_MM'), first::date::text, (first + interval '1 month')::date::text"
        " FROM date_trunc('month', $1::date::timestamp) AS first",
        {date});
    return {std::string(rows.text(0, 0)), std::string(rows.text(0, 1)), std::string(rows.text(0, 2))};
}

bool present(Connection& db, const std::string& table) {
    return !db.query("SELECT to_regclass($1)", {table}).is_null(0, 0);
}

void make(Connection& db, const std::string& parent, const Month& month) {
    const std::string table = parent + "_" + month.suffix;
    if (present(db, table)) { return; }
    Transaction transaction(db);
    db.query("SELECT pg_advisory_xact_lock($1)", {partition_lock});
    const std::string sql = "CREATE TABLE IF NOT EXISTS " + table + " PARTITION OF " + parent +
                            " FOR VALUES FROM ('" + month.first + "') TO ('" + month.next + "')";
    db.query(sql.c_str());
    transaction.commit();
}

}  // namespace

void ensure_month(Connection& db, std::string_view date) {
    const Month month = month_of(db, date);
    make(db, "delivery", month);
    make(db, "event", month);
}

void ensure_present_months(Connection& db) {
    const Rows rows =
        db.query("SELECT current_date::text, (current_date + interval '1 month')::date::text");
    ensure_month(db, rows.text(0, 0));
    ensure_month(db, rows.text(0, 1));
}

}  // namespace webpushd
