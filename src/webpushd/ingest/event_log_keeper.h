// Event logs outlive their ingest, for reports that are made of them alone: for some days, and shorter
// when the disk gets full, the oldest first. What is not in the database is never deleted: only what
// is added here.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "ingest/interval.h"
#include "settings.h"

namespace webpushd {

class EventLogKeeper {
public:
    // `settings` outlives this.
    explicit EventLogKeeper(const Settings& settings);

    // An event log, its name without directory, that is in the database to its end.
    void add(const std::string& name);

    // To be called in every round: deletes what is due, once a second.
    void look();

private:
    void delete_old();
    void make_room();
    std::uint64_t delete_oldest();
    std::string path_of(const std::string& name) const;

    const Settings& settings_;
    Interval looking_;
    std::set<std::pair<std::int64_t, std::string>> kept_;  // last written (unix seconds), name
    bool warned_ = false;
};

}  // namespace webpushd
