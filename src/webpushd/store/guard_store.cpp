#include "store/guard_store.h"

#include <utility>

namespace webpushd {

namespace {

#define THIS_GUARD "WHERE kind = $1 AND origin = $2 AND site = $3::int"

constexpr const char* list_sql =
    "SELECT kind, origin, site, greatest(0, ceil(extract(epoch FROM probe_at - now())))::bigint "
    "FROM origin_guard";

constexpr const char* set_sql =
    "INSERT INTO origin_guard (kind, origin, site) VALUES ($1, $2, $3::int) ON CONFLICT DO NOTHING";

constexpr const char* lift_sql = "DELETE FROM origin_guard " THIS_GUARD;

constexpr const char* take_probe_sql =
    "UPDATE origin_guard SET probe_at = now() + probe_seconds * interval '1 second', "
    "probe_seconds = least(probe_seconds * 2, 1800) " THIS_GUARD " AND probe_at <= now()";

constexpr const char* count_sql =
    "UPDATE origin_guard SET "
    "answers = $4::bigint + CASE WHEN answers > 200 THEN answers / 2 ELSE answers END, "
    "gone = $5::bigint + CASE WHEN answers > 200 THEN gone / 2 ELSE gone END " THIS_GUARD
    " RETURNING answers, gone";

constexpr const char* name(GuardKind kind) {
    return kind == GuardKind::stopped ? "stopped" : "gone_held";
}

std::vector<std::string> params(const GuardId& id) {
    return {name(id.kind), id.origin, std::to_string(id.site)};
}

std::vector<GuardState> states(const Rows& rows) {
    std::vector<GuardState> list;
    for (int row = 0; row < rows.size(); ++row) {
        const bool stopped = rows.text(row, 0) == name(GuardKind::stopped);
        list.push_back({{stopped ? GuardKind::stopped : GuardKind::gone_held,
                         std::string(rows.text(row, 1)), static_cast<int>(rows.integer(row, 2))},
                        rows.integer(row, 3)});
    }
    return list;
}

std::function<void(QueryResult)> affected(JobStore::Done<std::int64_t> done) {
    return [done = std::move(done)](QueryResult result) {
        if (!result) { return done(result.error()); }
        done(result->affected());
    };
}

}  // namespace

void GuardStore::list(JobStore::Done<std::vector<GuardState>> done) {
    db_.query({list_sql, {}, ResultFormat::text, [done = std::move(done)](QueryResult result) {
                   if (!result) { return done(result.error()); }
                   done(states(*result));
               }});
}

void GuardStore::set(const GuardId& id, JobStore::Done<std::int64_t> done) {
    db_.query({set_sql, params(id), ResultFormat::text, affected(std::move(done))});
}

void GuardStore::lift(const GuardId& id, JobStore::Done<std::int64_t> done) {
    db_.query({lift_sql, params(id), ResultFormat::text, affected(std::move(done))});
}

void GuardStore::take_probe(const GuardId& id, JobStore::Done<std::int64_t> done) {
    db_.query({take_probe_sql, params(id), ResultFormat::text, affected(std::move(done))});
}

void GuardStore::count(const GuardId& id, GoneShare more, JobStore::Done<GoneShare> done) {
    std::vector<std::string> values = params(id);
    values.push_back(std::to_string(more.answers));
    values.push_back(std::to_string(more.gone));
    db_.query({count_sql, std::move(values), ResultFormat::text,
               [done = std::move(done)](QueryResult result) {
                   if (!result) { return done(result.error()); }
                   if (result->empty()) { return done(GoneShare{}); }
                   done(GoneShare{result->integer(0, 0), result->integer(0, 1)});
               }});
}

}  // namespace webpushd
