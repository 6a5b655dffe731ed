// What the tables that ingest fills need from time to time: partitions for the months to come, and that
// what is old goes.
#pragma once

#include "ingest/interval.h"
#include "settings.h"
#include "store/connection.h"

namespace webpushd {

class StoreKeeper {
public:
    // Both outlive this.
    StoreKeeper(Connection& db, const Settings& settings) : db_(db), settings_(settings) {}

    // To be called in every round, with no transaction open: does what is due. Throws DbError.
    void look();

private:
    void sweep();

    Connection& db_;
    const Settings& settings_;
    Interval hourly_{std::chrono::hours(1)};
    Interval sweeping_{std::chrono::minutes(5)};
};

}  // namespace webpushd
