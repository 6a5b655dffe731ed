#include "store/job_store.h"

#include <algorithm>
#include <utility>

#include "store/array_text.h"
#include "store/uuid.h"

namespace webpushd {

namespace {

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

constexpr const char* sending_sites_sql =
    "SELECT id, name, origin, push_path, contact, vapid, "
    "(SELECT string_agg(k.id, ' ' ORDER BY k.id) FROM vapid_key k WHERE k.site = s.id) "
    "FROM site s WHERE origin <> '' AND contact <> ''";

constexpr const char* claim_chunk_sql =
    GATE
    "candidate AS MATERIALIZED ("
    "SELECT j.bucket, j.id, j.state = 'leased' AS in_doubt FROM send_job j "
    "WHERE (SELECT open FROM gate) AND j.state <> 'done' AND j.not_before <= now() "
    "AND j.site = ANY ($1::int[]) AND (j.state = 'ready' OR j.lease_until < now()) "
    "AND EXISTS (SELECT FROM run r WHERE r.id = j.run AND r.state = 'sending') "
    "ORDER BY j.class, j.not_before, j.bucket, j.id LIMIT 1 FOR UPDATE OF j SKIP LOCKED), "
    "claimed AS (UPDATE send_job j SET state = 'leased', epoch = j.epoch + 1, "
    "lease_until = now() + $2::int * interval '1 second' "
    "FROM candidate c WHERE j.bucket = c.bucket AND j.id = c.id RETURNING j.*, c.in_doubt) "
    "SELECT gate.open, " RUN_COLUMNS ", c.bucket, c.id, c.epoch, c.id_from, c.id_to, c.in_doubt, "
    "c.begun_to "
    "FROM gate LEFT JOIN claimed c ON true LEFT JOIN run r ON r.id = c.run "
    "LEFT JOIN message m ON m.id = r.message";

// The run of whoever waits longest, so that one claim needs one run's message. Its text comes with
// the first row only.
constexpr const char* claim_waiting_sql =
    GATE
    "due AS MATERIALIZED (SELECT d.run FROM deferred d "
    "WHERE (SELECT open FROM gate) AND d.not_before <= now() "
    "AND d.site = ANY ($1::int[]) AND (d.lease_until IS NULL OR d.lease_until < now()) "
    "AND EXISTS (SELECT FROM run r WHERE r.id = d.run AND r.state = 'sending') "
    "ORDER BY d.class, d.not_before LIMIT 1), "
    "candidate AS MATERIALIZED ("
    "SELECT d.bucket, d.run, d.subscription, d.lease_until IS NOT NULL AS in_doubt "
    "FROM deferred d WHERE d.run = (SELECT run FROM due) AND d.not_before <= now() "
    "AND (d.lease_until IS NULL OR d.lease_until < now()) "
    "ORDER BY d.not_before LIMIT 256 FOR UPDATE OF d SKIP LOCKED), "
    "claimed AS (UPDATE deferred d SET epoch = d.epoch + 1, "
    "lease_until = now() + $2::int * interval '1 second' FROM candidate c "
    "WHERE d.bucket = c.bucket AND d.run = c.run AND d.subscription = c.subscription "
    "RETURNING d.*, c.in_doubt), "
    "numbered AS (SELECT c.*, row_number() OVER () AS number FROM claimed c) "
    "SELECT CASE WHEN gate.open THEN '1' ELSE '0' END, " RUN_COLUMNS ", "
    "c.subscription, " SUBSCRIPTION_COLUMNS ", c.attempt::text, c.epoch::text, "
    "CASE WHEN c.in_doubt THEN '1' ELSE '0' END, CASE WHEN c.begun THEN '1' ELSE '0' END "
    "FROM gate LEFT JOIN numbered c ON true LEFT JOIN run r ON r.id = c.run "
    "LEFT JOIN message m ON m.id = r.message AND c.number = 1 "
    "LEFT JOIN subscription s ON s.bucket = c.bucket AND s.site = c.site AND s.id = c.subscription "
    "ORDER BY c.number";

// The deliveries and waiting rows left out make a chunk that is loaded again go on where it was. In
// the order that begun_to counts on.
constexpr const char* load_chunk_sql =
    "SELECT s.id, " SUBSCRIPTION_COLUMNS ", CASE WHEN s.id <= $7::uuid THEN '1' ELSE '0' END "
    "FROM subscription s "
    "WHERE s.bucket = $1::smallint AND s.site = $2::int AND s.id BETWEEN $3::uuid AND $4::uuid "
    "AND NOT EXISTS (SELECT FROM delivery d WHERE d.month = $6::date AND d.bucket = s.bucket "
    "AND d.run = $5::bigint AND d.subscription = s.id) "
    "AND NOT EXISTS (SELECT FROM deferred w WHERE w.bucket = s.bucket AND w.run = $5::bigint "
    "AND w.subscription = s.id) ORDER BY s.id";

#define THIS_CHUNK \
    "WHERE bucket = $1::smallint AND id = $2::bigint AND epoch = $3::int AND state = 'leased'"

constexpr const char* renew_chunk_sql =
    "UPDATE send_job SET lease_until = now() + $4::int * interval '1 second' " THIS_CHUNK;

#define LATER \
    "least(now() + g.wait * interval '1 second', greatest(now() + interval '1 second', " \
    "(SELECT r.active_until FROM run r WHERE r.id = j.run)))"

// Many at once: while a service does not answer, each chunk comes back. One in doubt is told from
// others by a lease that has ended.
constexpr const char* release_chunks_sql =
    "UPDATE send_job j SET state = CASE WHEN g.in_doubt THEN 'leased' ELSE 'ready' END, "
    "lease_until = CASE WHEN g.in_doubt THEN " LATER " END, "
    "not_before = CASE WHEN g.wait > 0 THEN " LATER " ELSE j.not_before END, "
    "begun_to = DEFAULT "
    "FROM unnest($1::smallint[], $2::bigint[], $3::int[], $4::bigint[], $5::bool[]) "
    "g(bucket, id, epoch, wait, in_doubt) "
    "WHERE j.bucket = g.bucket AND j.id = g.id AND j.epoch = g.epoch AND j.state = 'leased'";

constexpr const char* mark_chunk_sql =
    "UPDATE send_job SET begun_to = greatest(begun_to, $4::uuid) " THIS_CHUNK;

#define THESE_WAITING \
    "FROM unnest($2::uuid[], $3::int[], $4::smallint[]) l(subscription, epoch, bucket) " \
    "WHERE d.run = $1::bigint AND d.bucket = l.bucket AND d.subscription = l.subscription " \
    "AND d.epoch = l.epoch AND d.lease_until IS NOT NULL"

constexpr const char* renew_waiting_sql =
    "UPDATE deferred d SET lease_until = now() + $5::int * interval '1 second' " THESE_WAITING;

constexpr const char* release_waiting_sql =
    "UPDATE deferred d SET lease_until = NULL, begun = false " THESE_WAITING;

constexpr const char* mark_waiting_sql = "UPDATE deferred d SET begun = true " THESE_WAITING;

constexpr const char* halted_runs_sql =
    "SELECT id FROM run WHERE id = ANY ($1::bigint[]) AND state <> 'sending'";

#undef GATE
#undef RUN_COLUMNS
#undef SUBSCRIPTION_COLUMNS
#undef THIS_CHUNK
#undef LATER
#undef THESE_WAITING

std::string array_of(const std::vector<int>& numbers) {
    ArrayText array;
    for (const int number : numbers) { array.add(std::int64_t{number}); }
    return array.take();
}

std::vector<std::string> waiting_params(std::int64_t run, const std::vector<WaitingLease>& leases) {
    ArrayText subscriptions, epochs, buckets;
    for (const WaitingLease& lease : leases) {
        subscriptions.add(lease.subscription);
        epochs.add(std::int64_t{lease.epoch});
        buckets.add(std::int64_t{webpush::bucket_of(lease.subscription)});
    }
    return {std::to_string(run), subscriptions.take(), epochs.take(), buckets.take()};
}

RunFacts run_facts(const Rows& rows) {
    return {rows.integer(0, 1),
            static_cast<int>(rows.integer(0, 2)),
            std::string(rows.text(0, 3)),
            rows.integer(0, 4),
            std::string(rows.text(0, 5)),
            std::string(rows.text(0, 6)),
            std::string(rows.text(0, 7))};
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> list;
    while (!text.empty()) {
        list.emplace_back(text.substr(0, text.find(' ')));
        text.remove_prefix(std::min(list.back().size() + 1, text.size()));
    }
    return list;
}

std::vector<Site> sites_of(const Rows& rows) {
    std::vector<Site> sites;
    for (int row = 0; row < rows.size(); ++row) {
        Site& site = sites.emplace_back();
        site.id = static_cast<int>(rows.integer(row, 0));
        site.name = rows.text(row, 1);
        site.origin = rows.text(row, 2);
        site.push_path = rows.text(row, 3);
        site.contact = rows.text(row, 4);
        site.vapid = rows.text(row, 5);
        site.vapid_keys = words(rows.text(row, 6));
    }
    return sites;
}

ChunkClaim chunk_claim(const Rows& rows) {
    ChunkClaim claim;
    claim.ingest_behind = !rows.boolean(0, 0);
    if (rows.is_null(0, 8)) { return claim; }
    ClaimedChunk chunk;
    chunk.run = run_facts(rows);
    chunk.lease = {static_cast<int>(rows.integer(0, 8)), rows.integer(0, 9),
                   static_cast<int>(rows.integer(0, 10))};
    chunk.id_from = rows.text(0, 11);
    chunk.id_to = rows.text(0, 12);
    chunk.in_doubt = rows.boolean(0, 13);
    chunk.begun_to = rows.text(0, 14);
    claim.chunk.push_back(std::move(chunk));
    return claim;
}

// Columns from `first` on: the id and SUBSCRIPTION_COLUMNS.
Recipient recipient(const Rows& rows, int row, int first) {
    Recipient recipient;
    recipient.id = webpush::to_octets<16>(rows.text(row, first)).value();
    if (rows.is_null(row, first + 1)) { return recipient; }
    recipient.endpoint = rows.text(row, first + 1);
    recipient.p256dh = rows.text(row, first + 2);
    recipient.auth = rows.text(row, first + 3);
    recipient.platform = rows.text(row, first + 4);
    recipient.vapid = rows.text(row, first + 5);
    recipient.created_at = rows.integer(row, first + 6);
    recipient.key_mismatch = rows.text(row, first + 7) == "1";
    recipient.was_accepted = rows.text(row, first + 8) == "1";
    return recipient;
}

WaitingClaim waiting_claim(Rows rows) {
    const bool ingest_behind = rows.text(0, 0) == "0";
    if (rows.is_null(0, 8)) { return {ingest_behind, {}, {}, std::move(rows)}; }
    std::vector<Recipient> recipients;
    recipients.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        Recipient& added = recipients.emplace_back(recipient(rows, row, 8));
        added.attempt = static_cast<int>(rows.integer(row, 17));
        added.epoch = static_cast<int>(rows.integer(row, 18));
        added.in_doubt = rows.text(row, 19) == "1";
        added.begun = rows.text(row, 20) == "1";
    }
    return {ingest_behind, run_facts(rows), std::move(recipients), std::move(rows)};
}

LoadedChunk loaded_chunk(Rows rows) {
    std::vector<Recipient> recipients;
    recipients.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        recipients.push_back(recipient(rows, row, 0));
        recipients.back().begun = rows.text(row, 9) == "1";
    }
    return {std::move(recipients), std::move(rows)};
}

// Hands on an error as it is, a result as what `convert` makes of it.
template <typename T, typename F>
std::function<void(QueryResult)> converting(JobStore::Done<T> done, F convert) {
    const auto converted = [convert](QueryResult result) -> webpush::Result<T, DbError> {
        if (!result) { return result.error(); }
        try {
            return convert(std::move(*result));
        } catch (const DbError& error) {
            return error;
        }
    };
    return [done = std::move(done), converted](QueryResult result) {
        done(converted(std::move(result)));
    };
}

}  // namespace

JobStore::JobStore(AsyncConnection& db, int lease_seconds)
    : db_(db), lease_seconds_(std::to_string(lease_seconds)) {}

void JobStore::sending_sites(Done<std::vector<Site>> done) {
    db_.query({sending_sites_sql, {}, ResultFormat::text,
               converting(std::move(done), [](Rows rows) { return sites_of(rows); })});
}

void JobStore::claim_chunk(const std::vector<int>& sites, Done<ChunkClaim> done) {
    db_.query({claim_chunk_sql, {array_of(sites), lease_seconds_}, ResultFormat::text,
               converting(std::move(done), [](Rows rows) { return chunk_claim(rows); })});
}

void JobStore::claim_waiting(const std::vector<int>& sites, Done<WaitingClaim> done) {
    db_.query(
        {claim_waiting_sql,
         {array_of(sites), lease_seconds_},
         ResultFormat::binary,
         converting(std::move(done), [](Rows rows) { return waiting_claim(std::move(rows)); })});
}

void JobStore::load(const ClaimedChunk& chunk, Done<LoadedChunk> done) {
    db_.query(
        {load_chunk_sql,
         {std::to_string(chunk.lease.bucket), std::to_string(chunk.run.site), chunk.id_from,
          chunk.id_to, std::to_string(chunk.run.id), chunk.run.month, chunk.begun_to},
         ResultFormat::binary,
         converting(std::move(done), [](Rows rows) { return loaded_chunk(std::move(rows)); })});
}

void JobStore::renew(const ChunkLease& lease, Done<std::int64_t> done) {
    change(renew_chunk_sql,
           {std::to_string(lease.bucket), std::to_string(lease.id), std::to_string(lease.epoch),
            lease_seconds_},
           std::move(done));
}

void JobStore::renew(std::int64_t run, const std::vector<WaitingLease>& leases,
                     Done<std::int64_t> done) {
    std::vector<std::string> params = waiting_params(run, leases);
    params.push_back(lease_seconds_);
    change(renew_waiting_sql, std::move(params), std::move(done));
}

void JobStore::release(const std::vector<ChunkReturn>& chunks, Done<std::int64_t> done) {
    ArrayText bucket, id, epoch, wait, in_doubt;
    for (const ChunkReturn& chunk : chunks) {
        bucket.add(std::int64_t{chunk.lease.bucket});
        id.add(chunk.lease.id);
        epoch.add(std::int64_t{chunk.lease.epoch});
        wait.add(chunk.wait_seconds);
        in_doubt.add(chunk.in_doubt ? "t" : "f");
    }
    change(release_chunks_sql,
           {bucket.take(), id.take(), epoch.take(), wait.take(), in_doubt.take()},
           std::move(done));
}

void JobStore::release(std::int64_t run, const std::vector<WaitingLease>& leases,
                       Done<std::int64_t> done) {
    change(release_waiting_sql, waiting_params(run, leases), std::move(done));
}

void JobStore::mark(const ChunkLease& lease, const webpush::SubscriptionId& to,
                    Done<std::int64_t> done) {
    std::string id;
    append_uuid(id, to);
    change(mark_chunk_sql,
           {std::to_string(lease.bucket), std::to_string(lease.id), std::to_string(lease.epoch),
            std::move(id)},
           std::move(done));
}

void JobStore::mark(std::int64_t run, const std::vector<WaitingLease>& leases,
                    Done<std::int64_t> done) {
    change(mark_waiting_sql, waiting_params(run, leases), std::move(done));
}

void JobStore::halted_runs(const std::vector<std::int64_t>& runs,
                           Done<std::vector<std::int64_t>> done) {
    ArrayText ids;
    for (const std::int64_t run : runs) { ids.add(run); }
    db_.query({halted_runs_sql, {ids.take()}, ResultFormat::text,
               converting(std::move(done), [](Rows rows) {
                   std::vector<std::int64_t> halted;
                   for (int row = 0; row < rows.size(); ++row) {
                       halted.push_back(rows.integer(row, 0));
                   }
                   return halted;
               })});
}

void JobStore::change(const char* sql, std::vector<std::string> params, Done<std::int64_t> done) {
    db_.query({sql, std::move(params), ResultFormat::text,
               converting(std::move(done), [](Rows rows) { return rows.affected(); })});
}

}  // namespace webpushd
