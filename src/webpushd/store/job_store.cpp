#include "store/job_store.h"

#include <algorithm>
#include <utility>

#include "store/array_text.h"
#include "store/job_sql.h"
#include "store/run_control.h"
#include "store/uuid.h"

namespace webpushd {

namespace {

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

RunFacts run_facts(const Rows& rows, int class_column) {
    return {rows.integer(0, 1),
            static_cast<int>(rows.integer(0, 2)),
            std::string(rows.text(0, 3)),
            rows.integer(0, 4),
            std::string(rows.text(0, 5)),
            std::string(rows.text(0, 6)),
            std::string(rows.text(0, 7)),
            static_cast<RunClass>(rows.integer(0, class_column))};
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
    claim.database_ms = rows.integer(0, 16);
    claim.ingest_behind = !rows.boolean(0, 0);
    if (rows.is_null(0, 8)) { return claim; }
    ClaimedChunk chunk;
    chunk.run = run_facts(rows, 15);
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
    const std::int64_t database_ms = rows.integer(0, 22);
    if (rows.is_null(0, 8)) { return {database_ms, ingest_behind, {}, {}, std::move(rows)}; }
    std::vector<Recipient> recipients;
    recipients.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        Recipient& added = recipients.emplace_back(recipient(rows, row, 8));
        added.attempt = static_cast<int>(rows.integer(row, 17));
        added.epoch = static_cast<int>(rows.integer(row, 18));
        added.in_doubt = rows.text(row, 19) == "1";
        added.begun = rows.text(row, 20) == "1";
    }
    return {database_ms, ingest_behind, run_facts(rows, 21), std::move(recipients), std::move(rows)};
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

std::vector<std::string> JobStore::claim_params(const std::vector<int>& sites,
                                                LeaseTime lease_time) const {
    return {array_of(sites), lease_seconds_,
            lease_time ? std::to_string(*lease_time) : std::string("infinity")};
}

void JobStore::claim_chunk(const std::vector<int>& sites, LeaseTime lease_time,
                           Done<ChunkClaim> done) {
    db_.query({claim_chunk_sql, claim_params(sites, lease_time), ResultFormat::text,
               converting(std::move(done), [](Rows rows) { return chunk_claim(rows); })});
}

void JobStore::claim_waiting(const std::vector<int>& sites, LeaseTime lease_time,
                             Done<WaitingClaim> done) {
    claim_single(claim_waiting_sql, sites, lease_time, std::move(done));
}

void JobStore::claim_urgent(const std::vector<int>& sites, LeaseTime lease_time,
                            Done<WaitingClaim> done) {
    claim_single(claim_urgent_sql, sites, lease_time, std::move(done));
}

void JobStore::claim_single(const char* sql, const std::vector<int>& sites, LeaseTime lease_time,
                            Done<WaitingClaim> done) {
    db_.query(
        {sql, claim_params(sites, lease_time), ResultFormat::binary,
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

void JobStore::pause(std::int64_t run, std::string_view reason, std::string_view detail,
                     Done<bool> done) {
    db_.query({pause_run_sql,
               {std::to_string(run), std::string(reason), std::string(detail)},
               ResultFormat::text,
               converting(std::move(done), [](Rows rows) { return !rows.empty(); })});
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
