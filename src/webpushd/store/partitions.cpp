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

void ensure_activity_month(Connection& db, std::string_view date, int keep_months) {
    const Rows rows = db.query(
        "SELECT $1::date BETWEEN first - ($2::integer - 1) * interval '1 month'"
        "  AND first + interval '1 month'"
        " FROM date_trunc('month', now() AT TIME ZONE 'UTC') AS first",
        {date, keep_months});
    if (rows.boolean(0, 0)) { make(db, "activity", month_of(db, date)); }
}

void ensure_present_months(Connection& db) {
    const Rows rows =
        db.query("SELECT current_date::text, (current_date + interval '1 month')::date::text");
    for (int month = 0; month < 2; ++month) {
        ensure_month(db, rows.text(0, month));
        make(db, "activity", month_of(db, rows.text(0, month)));
    }
}

void drop_old_activity(Connection& db, int keep_months) {
    const Rows rows = db.query(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = 'activity'::regclass AND c.relname < 'activity_' || to_char("
        "  (now() AT TIME ZONE 'UTC') - ($1::integer - 1) * interval '1 month', 'YYYY_MM')",
        {keep_months});
    for (int row = 0; row < rows.size(); ++row) {
        Transaction transaction(db);
        db.query("SELECT pg_advisory_xact_lock($1)", {partition_lock});
        const std::string sql = "DROP TABLE IF EXISTS " + std::string(rows.text(row, 0));
        db.query(sql.c_str());
        transaction.commit();
    }
}

}  // namespace webpushd
