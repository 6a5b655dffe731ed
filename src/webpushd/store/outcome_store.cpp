#include "store/outcome_store.h"

#include "store/array_text.h"
#include "store/locks.h"

namespace webpushd {

namespace {

// locked     the consent lock, when subscriptions will change; before any row is locked, because
//            outcome waits for it and everything else for outcome
// outcome    the rows given
// chunk      chunks still leased with the epoch named, locked until the end
// single     the same for what waited singly
// held       rows under one of these
// final      deliveries really inserted
// counted    counters of those
// waiting    what is to be tried again later
// drained    waiting rows that have come to their end
// touched    accepted_at, to the day: nothing needs it finer, and most runs then write no row.
//            Locked rows are left for the next time, so that no deadlock with ingest can arise.
// ended      subscriptions that answered "gone": removed, counted off, a tombstone instead; also those
//            that said so seven days ago and now, while it was not believed
// doubted    those that said so for the first time while it was not believed
// mismatched subscriptions made with a key that is not ours (a reason says that it was known)
// closed     chunks done
constexpr const char* record_sql =
    "WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock($17::bigint) "
    "WHERE EXISTS (SELECT FROM unnest($8::text[], $10::text[]) AS o(outcome, reason) "
    "WHERE o.outcome = 'gone' OR o.reason = 'gone_held' OR (o.outcome = 'key_mismatch' AND o.reason = ''))), "
    "outcome AS MATERIALIZED (SELECT o.* FROM (SELECT count(*) FROM locked) l, unnest("
    "$1::smallint[], $2::int[], $3::bigint[], $4::date[], $5::uuid[], $6::bigint[], $7::int[], "
    "$8::text[], $9::smallint[], $10::text[], $11::text[], $12::int[], $13::bigint[], $18::text[]) "
    "AS o(bucket, site, run, month, subscription, chunk, epoch, "
    "outcome, status, reason, reduced, attempt, wait, platform)), "

    "chunk AS MATERIALIZED (SELECT j.bucket, j.id, j.class FROM send_job j "
    "WHERE (j.bucket, j.id, j.epoch) IN ("
    "SELECT bucket, chunk, epoch FROM outcome WHERE chunk <> 0 "
    "UNION SELECT * FROM unnest($14::smallint[], $15::bigint[], $16::int[])) "
    "AND j.state = 'leased' ORDER BY j.bucket, j.id FOR UPDATE), "

    "single AS MATERIALIZED (SELECT d.bucket, d.run, d.subscription, d.class FROM deferred d "
    "WHERE (d.bucket, d.run, d.subscription, d.epoch) IN ("
    "SELECT bucket, run, subscription, epoch FROM outcome WHERE chunk = 0) "
    "AND d.lease_until IS NOT NULL ORDER BY d.bucket, d.run, d.subscription FOR UPDATE), "

    "held AS MATERIALIZED ("
    "SELECT o.*, c.class FROM outcome o JOIN chunk c ON c.bucket = o.bucket AND c.id = o.chunk "
    "UNION ALL SELECT o.*, s.class FROM outcome o JOIN single s ON s.bucket = o.bucket "
    "AND s.run = o.run AND s.subscription = o.subscription WHERE o.chunk = 0), "

    "final AS (INSERT INTO delivery "
    "(month, bucket, site, run, subscription, platform, outcome, status, reason, reduced, attempt, "
    "at) SELECT month, bucket, site, run, subscription, platform, outcome, status, reason, "
    "reduced, attempt, now() "
    "FROM held WHERE outcome <> 'deferred' ON CONFLICT DO NOTHING "
    "RETURNING bucket, site, run, subscription, outcome, reason), "

    "counted AS (INSERT INTO run_count (bucket, run, outcome, reason, n) "
    "SELECT bucket, run, outcome, reason, count(*) FROM final GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, "
    "3, 4 "
    "ON CONFLICT (bucket, run, outcome, reason) DO UPDATE SET n = run_count.n + excluded.n), "

    "waiting AS (INSERT INTO deferred "
    "(bucket, run, subscription, site, class, not_before, reason, attempt) "
    "SELECT bucket, run, subscription, site, class, now() + wait * interval '1 second', reason, "
    "attempt "
    "FROM held WHERE outcome = 'deferred' "
    "ON CONFLICT (bucket, run, subscription) DO UPDATE SET not_before = excluded.not_before, "
    "reason = excluded.reason, attempt = excluded.attempt, lease_until = NULL, begun = false), "

    "drained AS (DELETE FROM deferred d USING held h WHERE h.chunk = 0 AND h.outcome <> 'deferred' "
    "AND d.bucket = h.bucket AND d.run = h.run AND d.subscription = h.subscription), "

    "touchable AS MATERIALIZED (SELECT s.bucket, s.site, s.id FROM subscription s "
    "JOIN final f ON s.bucket = f.bucket AND s.site = f.site AND s.id = f.subscription "
    "WHERE f.outcome = 'accepted' "
    "AND (s.accepted_at IS NULL OR s.accepted_at < now() - interval '1 day' "
    "OR s.gone_at IS NOT NULL) "
    "FOR UPDATE OF s SKIP LOCKED), "
    "touched AS (UPDATE subscription s SET accepted_at = now(), gone_at = NULL FROM touchable t "
    "WHERE s.bucket = t.bucket AND s.site = t.site AND s.id = t.id), "

    "ended AS (DELETE FROM subscription s USING final f WHERE (f.outcome = 'gone' "
    "OR (f.reason = 'gone_held' AND s.gone_at < now() - interval '7 days')) "
    "AND s.bucket = f.bucket AND s.site = f.site AND s.id = f.subscription "
    "RETURNING s.bucket, s.site, s.id, "
    "greatest(s.consent_counter, s.data_counter) AS consent_counter), "
    "buried AS (INSERT INTO tombstone (bucket, site, id, reason, consent_counter, at) "
    "SELECT bucket, site, id, 'gone', consent_counter, now() FROM ended ORDER BY bucket, site, id "
    "ON CONFLICT (bucket, site, id) DO UPDATE SET reason = excluded.reason, "
    "consent_counter = excluded.consent_counter, at = excluded.at, replaced_by = NULL "
    "WHERE tombstone.consent_counter <= excluded.consent_counter), "
    "smaller AS (UPDATE audience_size a SET active = a.active - e.n "
    "FROM (SELECT bucket, site, count(*) AS n FROM ended GROUP BY 1, 2) e "
    "WHERE a.bucket = e.bucket AND a.site = e.site), "

    "doubted AS (UPDATE subscription s SET gone_at = now() FROM final f "
    "WHERE f.reason = 'gone_held' AND s.gone_at IS NULL "
    "AND s.bucket = f.bucket AND s.site = f.site AND s.id = f.subscription), "

    "mismatched AS (UPDATE subscription s SET key_mismatch = true FROM final f "
    "WHERE f.outcome = 'key_mismatch' AND f.reason = '' "
    "AND s.bucket = f.bucket AND s.site = f.site AND s.id = f.subscription), "

    "closed AS (UPDATE send_job j SET state = 'done', lease_until = NULL "
    "FROM unnest($14::smallint[], $15::bigint[], $16::int[]) AS f(bucket, id, epoch) "
    "WHERE j.bucket = f.bucket AND j.id = f.id AND j.epoch = f.epoch AND j.state = 'leased') "

    "SELECT count(*) FROM held";

std::string platforms(const std::vector<OutcomeRow>& rows) {
    ArrayText platform;
    for (const OutcomeRow& row : rows) { platform.add(row.platform); }
    return platform.take();
}

std::vector<std::string> row_params(const std::vector<OutcomeRow>& rows) {
    ArrayText bucket, site, run, month, subscription, chunk, epoch;
    ArrayText outcome, status, reason, reduced, attempt, wait;
    for (const OutcomeRow& row : rows) {
        bucket.add(std::int64_t{webpush::bucket_of(row.subscription)});
        site.add(std::int64_t{row.site});
        run.add(row.run);
        month.add(row.month);
        subscription.add(row.subscription);
        chunk.add(row.chunk);
        epoch.add(std::int64_t{row.epoch});
        outcome.add(name(row.outcome.kind));
        status.add(std::int64_t{row.outcome.status});
        reason.add(row.outcome.reason);
        reduced.add(row.outcome.reduced);
        attempt.add(std::int64_t{row.outcome.attempt});
        wait.add(row.outcome.wait_seconds);
    }
    return {bucket.take(), site.take(), run.take(), month.take(), subscription.take(), chunk.take(),
            epoch.take(), outcome.take(), status.take(), reason.take(), reduced.take(),
            attempt.take(), wait.take()};
}

void append_lease_params(std::vector<std::string>& params, const std::vector<ChunkLease>& leases) {
    ArrayText bucket, id, epoch;
    for (const ChunkLease& lease : leases) {
        bucket.add(std::int64_t{lease.bucket});
        id.add(lease.id);
        epoch.add(std::int64_t{lease.epoch});
    }
    params.push_back(bucket.take());
    params.push_back(id.take());
    params.push_back(epoch.take());
}

}  // namespace

std::string_view name(OutcomeKind kind) {
    switch (kind) {
    case OutcomeKind::accepted: return "accepted";
    case OutcomeKind::dropped: return "dropped";
    case OutcomeKind::gone: return "gone";
    case OutcomeKind::key_mismatch: return "key_mismatch";
    case OutcomeKind::failed: return "failed";
    case OutcomeKind::expired: return "expired";
    case OutcomeKind::deferred: return "deferred";
    }
    return "";
}

void OutcomeStore::record(const std::vector<OutcomeRow>& rows,
                          const std::vector<ChunkLease>& finished,
                          JobStore::Done<std::int64_t> done) {
    std::vector<std::string> params = row_params(rows);
    append_lease_params(params, finished);
    params.push_back(std::to_string(consent_lock));
    params.push_back(platforms(rows));
    db_.query({record_sql, std::move(params), ResultFormat::text,
               [done = std::move(done)](QueryResult result) {
                   if (!result) { return done(result.error()); }
                   done(result->integer(0, 0));
               }});
}

}  // namespace webpushd
