// Secret keys that wait until every edge has them: used from then on. Ingest knows, as it reads what
// each of nginx's workers says that it has loaded.
#pragma once

#include "ingest/interval.h"
#include "settings.h"
#include "store/connection.h"

namespace webpushd {

class KeyKeeper {
public:
    // Both outlive this.
    KeyKeeper(Connection& db, const Settings& settings) : db_(db), settings_(settings) {}

    // To be called in every round, with no transaction open. Throws DbError.
    void look();

private:
    Connection& db_;
    const Settings& settings_;
    Interval looking_{std::chrono::seconds(2)};
};

}  // namespace webpushd
