#include "store/job_sql.h"

namespace webpushd {

// No row there, no edge that could be behind.
#define GATE \
    "WITH gate AS MATERIALIZED (SELECT NOT EXISTS " \
    "(SELECT FROM ingest_source WHERE up_to < now() - interval '2 seconds') AS open), "

// As columns 1 to 7, of the relations r (run) and m (message).
#define RUN_COLUMNS                                                      \
    "r.id::text, r.site::text, r.month::text, floor(extract(epoch FROM " \
    "r.active_until))::bigint::text, "                                   \
    "r.collapse_key, m.content::text, m.urgency"

// As columns 0 to 7 of a recipient, after its id, in binary form.
#define SUBSCRIPTION_COLUMNS                                                 \
    "s.endpoint, s.p256dh, s.auth, s.platform, s.vapid, extract(epoch FROM " \
    "s.created_at)::bigint::text, CASE WHEN s.key_mismatch THEN '1' ELSE '0' END, " \
    "CASE WHEN s.accepted_at IS NULL THEN '0' ELSE '1' END"

const char* const sending_sites_sql =
    "SELECT id, name, origin, push_path, contact, vapid, "
    "(SELECT string_agg(k.id, ' ' ORDER BY k.id) FROM vapid_key k WHERE k.site = s.id) "
    "FROM site s WHERE origin <> '' AND contact <> ''";

// When leases that end before it have ended.
#define LEASE_TIME "least(now(), to_timestamp($3::float8 / 1000)) "

#define FREE_CHUNK \
    "j.state <> 'done' AND j.not_before <= now() " \
    "AND (j.state = 'ready' OR j.lease_until < " LEASE_TIME ") "

#define FREE_WAITING \
    "d.not_before <= now() AND (d.lease_until IS NULL OR d.lease_until < " LEASE_TIME ") "

#define DATABASE_MS "floor(extract(epoch FROM now()) * 1000)::bigint"

// Of the runs that have something to do (the relation "first"): by class, then by the sites' turn, then
// the one that waits longest.
#define CHOSEN_RUN \
    "WHERE (SELECT open FROM gate) AND r.state = 'sending' AND r.class > 0 " \
    "AND r.site = ANY ($1::int[]) " \
    "ORDER BY r.class, array_position($1::int[], r.site), first.not_before, r.id LIMIT 1), "

const char* const claim_chunk_sql =
    GATE
    "chosen AS MATERIALIZED (SELECT r.id FROM run r CROSS JOIN LATERAL ("
    "SELECT j.not_before FROM send_job j WHERE j.run = r.id AND " FREE_CHUNK
    "ORDER BY j.not_before, j.bucket, j.id LIMIT 1) first " CHOSEN_RUN
    "candidate AS MATERIALIZED ("
    "SELECT j.bucket, j.id, j.state = 'leased' AS in_doubt FROM send_job j "
    "WHERE j.run = (SELECT id FROM chosen) AND " FREE_CHUNK
    "ORDER BY j.not_before, j.bucket, j.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED), "
    "claimed AS (UPDATE send_job j SET state = 'leased', epoch = j.epoch + 1, "
    "lease_until = now() + $2::int * interval '1 second' "
    "FROM candidate c WHERE j.bucket = c.bucket AND j.id = c.id RETURNING j.*, c.in_doubt) "
    "SELECT gate.open, " RUN_COLUMNS ", c.bucket, c.id, c.epoch, c.id_from, c.id_to, c.in_doubt, "
    "c.begun_to, r.class, " DATABASE_MS " "
    "FROM gate LEFT JOIN claimed c ON true LEFT JOIN run r ON r.id = c.run "
    "LEFT JOIN message m ON m.id = r.message";

// Of one run, so that one claim needs one run's message; its text comes with the first row only.
#define CLAIM_WAITING_OF_CHOSEN \
    "candidate AS MATERIALIZED (" \
    "SELECT d.bucket, d.run, d.subscription, d.lease_until IS NOT NULL AS in_doubt " \
    "FROM deferred d WHERE d.run = (SELECT id FROM chosen) AND " FREE_WAITING \
    "ORDER BY d.not_before LIMIT 256 FOR UPDATE OF d SKIP LOCKED), " \
    "claimed AS (UPDATE deferred d SET epoch = d.epoch + 1, " \
    "lease_until = now() + $2::int * interval '1 second' FROM candidate c " \
    "WHERE d.bucket = c.bucket AND d.run = c.run AND d.subscription = c.subscription " \
    "RETURNING d.*, c.in_doubt), " \
    "numbered AS (SELECT c.*, row_number() OVER () AS number FROM claimed c) " \
    "SELECT CASE WHEN gate.open THEN '1' ELSE '0' END, " RUN_COLUMNS ", " \
    "c.subscription, " SUBSCRIPTION_COLUMNS ", c.attempt::text, c.epoch::text, " \
    "CASE WHEN c.in_doubt THEN '1' ELSE '0' END, CASE WHEN c.begun THEN '1' ELSE '0' END, " \
    "r.class::text, " DATABASE_MS "::text " \
    "FROM gate LEFT JOIN numbered c ON true LEFT JOIN run r ON r.id = c.run " \
    "LEFT JOIN message m ON m.id = r.message AND c.number = 1 " \
    "LEFT JOIN subscription s ON s.bucket = c.bucket AND s.site = c.site AND s.id = c.subscription " \
    "ORDER BY c.number"

const char* const claim_waiting_sql =
    GATE
    "chosen AS MATERIALIZED (SELECT r.id FROM run r CROSS JOIN LATERAL ("
    "SELECT d.not_before FROM deferred d WHERE d.run = r.id AND " FREE_WAITING
    "ORDER BY d.not_before LIMIT 1) first " CHOSEN_RUN CLAIM_WAITING_OF_CHOSEN;

const char* const claim_urgent_sql =
    GATE
    "chosen AS MATERIALIZED (SELECT first.run AS id "
    "FROM unnest($1::int[]) WITH ORDINALITY t(site, turn) CROSS JOIN LATERAL ("
    "SELECT d.run FROM deferred d WHERE d.site = t.site AND d.class = 0 AND " FREE_WAITING
    "AND EXISTS (SELECT FROM run r WHERE r.id = d.run AND r.state = 'sending') "
    "ORDER BY d.not_before LIMIT 1) first "
    "WHERE (SELECT open FROM gate) ORDER BY t.turn LIMIT 1), " CLAIM_WAITING_OF_CHOSEN;

// The deliveries and waiting rows left out make a chunk that is loaded again go on where it was. In
// the order that begun_to counts on. NOT IN: a range of each index, read once into a hash table. NOT
// EXISTS is a join, for which the planner, who thinks that it finds one row, may read the bucket's
// whole run again for each recipient.
const char* const load_chunk_sql =
    "SELECT s.id, " SUBSCRIPTION_COLUMNS ", CASE WHEN s.id <= $7::uuid THEN '1' ELSE '0' END "
    "FROM subscription s "
    "WHERE s.bucket = $1::smallint AND s.site = $2::int AND s.id BETWEEN $3::uuid AND $4::uuid "
    "AND s.id NOT IN (SELECT d.subscription FROM delivery d WHERE d.month = $6::date "
    "AND d.bucket = $1::smallint AND d.run = $5::bigint "
    "AND d.subscription BETWEEN $3::uuid AND $4::uuid) "
    "AND s.id NOT IN (SELECT w.subscription FROM deferred w WHERE w.bucket = $1::smallint "
    "AND w.run = $5::bigint AND w.subscription BETWEEN $3::uuid AND $4::uuid) ORDER BY s.id";

#define THIS_CHUNK \
    "WHERE bucket = $1::smallint AND id = $2::bigint AND epoch = $3::int AND state = 'leased'"

const char* const renew_chunk_sql =
    "UPDATE send_job SET lease_until = now() + $4::int * interval '1 second' " THIS_CHUNK;

#define LATER \
    "least(now() + g.wait * interval '1 second', greatest(now() + interval '1 second', " \
    "(SELECT r.active_until FROM run r WHERE r.id = j.run)))"

// Many at once: while a service does not answer, each chunk comes back. One in doubt is told from
// others by a lease that has ended.
const char* const release_chunks_sql =
    "UPDATE send_job j SET state = CASE WHEN g.in_doubt THEN 'leased' ELSE 'ready' END, "
    "lease_until = CASE WHEN g.in_doubt THEN " LATER " END, "
    "not_before = CASE WHEN g.wait > 0 THEN " LATER " ELSE j.not_before END, "
    "begun_to = DEFAULT "
    "FROM unnest($1::smallint[], $2::bigint[], $3::int[], $4::bigint[], $5::bool[]) "
    "g(bucket, id, epoch, wait, in_doubt) "
    "WHERE j.bucket = g.bucket AND j.id = g.id AND j.epoch = g.epoch AND j.state = 'leased'";

const char* const mark_chunk_sql =
    "UPDATE send_job SET begun_to = greatest(begun_to, $4::uuid) " THIS_CHUNK;

#define THESE_WAITING \
    "FROM unnest($2::uuid[], $3::int[], $4::smallint[]) l(subscription, epoch, bucket) " \
    "WHERE d.run = $1::bigint AND d.bucket = l.bucket AND d.subscription = l.subscription " \
    "AND d.epoch = l.epoch AND d.lease_until IS NOT NULL"

const char* const renew_waiting_sql =
    "UPDATE deferred d SET lease_until = now() + $5::int * interval '1 second' " THESE_WAITING;

const char* const release_waiting_sql =
    "UPDATE deferred d SET lease_until = NULL, begun = false " THESE_WAITING;

const char* const mark_waiting_sql = "UPDATE deferred d SET begun = true " THESE_WAITING;

const char* const halted_runs_sql =
    "SELECT id FROM run WHERE id = ANY ($1::bigint[]) AND state <> 'sending'";

}  // namespace webpushd
