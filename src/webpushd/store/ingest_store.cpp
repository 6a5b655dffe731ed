#include "store/ingest_store.h"

#include "store/array_text.h"

namespace webpushd {

namespace {

void load_unknown_sites(Connection& db, std::string_view source, std::vector<FileProgress>& files) {
    const Rows rows = db.query(
        "SELECT file, unnest(unknown_sites) FROM ingest_file WHERE source = $1", {source});
    for (int row = 0; row < rows.size(); ++row) {
        for (FileProgress& progress : files) {
            if (progress.file == rows.text(row, 0)) { progress.unknown_sites.emplace(rows.text(row, 1)); }
        }
    }
}

}  // namespace

std::vector<FileProgress> load_progress(Connection& db, std::string_view source) {
    const Rows rows = db.query(
        "SELECT file, position, coalesce((extract(epoch FROM up_to) * 1000)::bigint, 0), skipped,"
        " complete, torn FROM ingest_file WHERE source = $1",
        {source});
    std::vector<FileProgress> files;
    for (int row = 0; row < rows.size(); ++row) {
        FileProgress progress;
        progress.file = std::string(rows.text(row, 0));
        progress.position = rows.integer(row, 1);
        progress.up_to = rows.integer(row, 2);
        progress.skipped = rows.integer(row, 3);
        progress.complete = rows.boolean(row, 4);
        progress.torn = rows.boolean(row, 5);
        files.push_back(std::move(progress));
    }
    load_unknown_sites(db, source, files);
    return files;
}

void save_progress(Connection& db, std::string_view source, const FileProgress& progress) {
    ArrayText unknown_sites;
    for (const std::string& name : progress.unknown_sites) { unknown_sites.add(name); }
    db.query(
        "INSERT INTO ingest_file (source, file, position, up_to, skipped, complete, torn, unknown_sites,"
        " keys_loaded)"
        " VALUES ($1, $2, $3, to_timestamp(nullif($4::bigint, 0) / 1000.0), $5, $6, $7, $8::text[],"
        " nullif($9, '')::jsonb)"
        " ON CONFLICT (source, file) DO UPDATE SET position = excluded.position,"
        " up_to = excluded.up_to, skipped = excluded.skipped, complete = excluded.complete,"
        " torn = excluded.torn, unknown_sites = excluded.unknown_sites,"
        " keys_loaded = coalesce(excluded.keys_loaded, ingest_file.keys_loaded)",
        {source, progress.file, progress.position, progress.up_to, progress.skipped,
         progress.complete, progress.torn, unknown_sites.take(), progress.keys_loaded});
}

void forget_files(Connection& db, std::string_view source, const std::vector<std::string>& present) {
    ArrayText names;
    for (const std::string& name : present) { names.add(name); }
    db.query(
        "DELETE FROM ingest_file WHERE source = $1 AND complete AND file <> ALL ($2::text[])",
        {source, names.take()});
}

void register_source(Connection& db, std::string_view source) {
    db.query(
        "INSERT INTO ingest_source (source, up_to, seen_at) VALUES ($1, to_timestamp(0), now())"
        " ON CONFLICT (source) DO NOTHING",
        {source});
}

void forget_other_sources(Connection& db, std::string_view source) {
    db.query("DELETE FROM ingest_source WHERE source <> $1", {source});
    db.query("DELETE FROM ingest_file WHERE source <> $1", {source});
}

void save_source(Connection& db, std::string_view source, std::int64_t lag) {
    db.query(
        "INSERT INTO ingest_source (source, up_to, seen_at)"
        " VALUES ($1, now() - $2::bigint * interval '1 millisecond', now())"
        " ON CONFLICT (source) DO UPDATE SET up_to = excluded.up_to, seen_at = excluded.seen_at",
        {source, lag});
}

}  // namespace webpushd
