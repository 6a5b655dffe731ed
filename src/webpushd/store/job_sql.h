// The statements of job_store.h. Of static storage, as AsyncConnection asks for.
#pragma once

namespace webpushd {

extern const char* const sending_sites_sql;

// $1: sites in the order of their turns, $2: lease seconds, $3: lease time in milliseconds (job_store.h).
extern const char* const claim_chunk_sql;
extern const char* const claim_waiting_sql;
extern const char* const claim_urgent_sql;

extern const char* const load_chunk_sql;

// Of one chunk's lease: $1 bucket, $2 id, $3 epoch.
extern const char* const renew_chunk_sql;
extern const char* const mark_chunk_sql;

// Of many: $1 buckets, $2 ids, $3 epochs, $4 seconds until they may be claimed again, $5 in doubt.
extern const char* const release_chunks_sql;

// Of leases of a run's single recipients: $1 run, $2 subscriptions, $3 epochs, $4 buckets.
extern const char* const renew_waiting_sql;
extern const char* const release_waiting_sql;
extern const char* const mark_waiting_sql;

extern const char* const halted_runs_sql;

}  // namespace webpushd
