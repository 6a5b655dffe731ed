#include "ingest/store_keeper.h"

#include "store/activity_store.h"
#include "store/fact_store.h"
#include "store/partitions.h"
#include "store/site_log_store.h"

namespace webpushd {

namespace {

constexpr int buckets = 256;

}  // namespace

void StoreKeeper::look() {
    if (hourly_.is_due()) {
        ensure_present_months(db_);
        drop_old_activity(db_, settings_.activity_months);
        forget_landings(db_);
    }
    if (sweeping_.is_due()) { sweep(); }
}

// One bucket after the other, by the clock, so that each has its turn about once a day.
void StoreKeeper::sweep() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const int bucket = static_cast<int>(now / std::chrono::minutes(5) % buckets);
    sweep_facts(db_, bucket);
    sweep_engagement(db_, bucket);
}

}  // namespace webpushd
