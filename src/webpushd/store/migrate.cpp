#include "store/migrate.h"

#include <stdexcept>
#include <string>

#include "store/locks.h"
#include "store/migrations.h"

namespace webpushd {

namespace {

// A statement ends with ';' at the end of a line. PostgreSQL (and Citus) want DDL one a call.
void run_statements(Connection& db, std::string_view sql) {
    for (;;) {
        const std::size_t end = sql.find(";\n");
        if (end == sql.npos) { return; }
        db.query(std::string(sql.substr(0, end)).c_str());
        sql.remove_prefix(end + 2);
    }
}

void apply(Connection& db, const Migration& migration) {
    run_statements(db, migration.sql);
    db.query("INSERT INTO schema_migration (version, name) VALUES ($1, $2)",
             {migration.version, migration.name});
}

void make_version_table(Connection& db) {
    db.query(
        "CREATE TABLE IF NOT EXISTS schema_migration (version integer PRIMARY KEY, name text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())");
}

// Applies the migration after the present version, if there is one.
bool apply_next(Connection& db) {
    Transaction transaction(db);
    db.query("SELECT pg_advisory_xact_lock($1)", {migration_lock});
    make_version_table(db);
    const int version = schema_version(db);
    refuse_newer(version);
    if (version == latest_version()) { return false; }
    apply(db, migrations()[static_cast<std::size_t>(version)]);
    transaction.commit();
    return true;
}

}  // namespace

int schema_version(Connection& db) {
    if (db.query("SELECT to_regclass('schema_migration')").is_null(0, 0)) { return 0; }
    const Rows rows = db.query("SELECT coalesce(max(version), 0) FROM schema_migration");
    return static_cast<int>(rows.integer(0, 0));
}

int latest_version() { return static_cast<int>(migrations().size()); }

int migrate(Connection& db) {
    int applied = 0;
    while (apply_next(db)) { ++applied; }
    return applied;
}

void refuse_newer(int version) {
    if (version <= latest_version()) { return; }
    throw std::runtime_error("the database has schema version " + std::to_string(version) +
                             ", this webpushd knows " + std::to_string(latest_version()) +
                             ": install a newer webpushd");
}

}  // namespace webpushd
