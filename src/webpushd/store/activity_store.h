// What subscribers do on the site: brings visits and tracked events into activity, and their counts
// into engagement.
//
// The key of an activity is what the page gave it, or else its time, so a second copy of a line is the
// same row and counts nothing. Activities need no row of subscription, move with an id that is
// replaced and end with a leave as facts do (fact_store.h); a row of engagement may lack a
// subscription for 30 days, as facts, while activities go with their month.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "store/connection.h"
#include "store/consent_store.h"
#include "store/copy_rows.h"
#include "store/temp_tables.h"
#include "webpush/log_record.h"

namespace webpushd {

class ActivityStore {
public:
    // Makes temporary tables on the connection when they are needed; it must outlive the store.
    explicit ActivityStore(Connection& db);

    // `origin` is the caller's number for where the record came from, above 0.
    void add(int site, const webpush::TrackRecord& record, int origin);
    void add(int site, const webpush::VisitRecord& record, int origin);

    std::int64_t pending() const { return rows_.size(); }

    // Makes the partitions that the next apply() needs, of the last `keep_months` months. REQUIRES: no
    // transaction is open.
    void make_partitions(int keep_months);

    // Applies what was added, and what follows from the changes that ConsentStore::apply() has just
    // made. Tells how many were left out, by origin, because they are too old to be kept or of a time
    // to come. REQUIRES: a transaction is open; takes consent_lock in it.
    std::map<int, std::int64_t> apply(const ConsentChanges& changes);

private:
    void begin_row(int site, const webpush::SubscriptionId& id, int origin, std::int64_t time,
                   std::string_view name, std::string_view key);
    void end_row(std::string_view amount, std::string_view properties);
    void take_back(const ConsentChanges& changes);
    std::map<int, std::int64_t> count_out_of_time();

    Connection& db_;
    TempTables tables_;
    CopyRows rows_;
    std::set<std::string> months_;  // first days, of what was added
};

// Forgets the counts of a bucket that have had no subscription for 30 days.
void sweep_engagement(Connection& db, int bucket);

}  // namespace webpushd
