// Alarms: what an operator should look at (table alarm). Who raises one says so again every minute; one
// that nobody has seen for a quarter of an hour is void, so that what a daemon raised that is no more
// does not stay.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "store/async_connection.h"
#include "store/connection.h"
#include "store/job_store.h"

namespace webpushd {

struct AlarmId {
    std::string key;  // kind and, after ':', what it is about; never an endpoint or a secret
    int site = 0;     // 0 = not of one site

    auto operator<=>(const AlarmId&) const = default;
};

struct RaisedAlarm {
    AlarmId id;
    std::string text;
};

struct AlarmCount {
    AlarmId id;
    std::int64_t messages = 0;  // more that it has concerned
};

// For the loops of senders.
class AlarmStore {
public:
    // `db` outlives the store.
    explicit AlarmStore(AsyncConnection& db) : db_(db) {}

    // Tells which of them nobody had raised before.
    void raise(const std::vector<RaisedAlarm>& alarms,
               JobStore::Done<std::vector<RaisedAlarm>> done);
    // They are still true; brings none back that somebody has cleared.
    void touch(const std::vector<AlarmCount>& alarms, JobStore::Done<std::int64_t> done);
    // Tells which of them were raised until now.
    void clear(const std::vector<AlarmId>& alarms, JobStore::Done<std::vector<AlarmId>> done);

private:
    AsyncConnection& db_;
};

struct Alarm {
    std::string key;
    std::string site;   // name, "" = not of one site
    std::string since;  // RFC 3339, as seen_at
    std::string seen_at;
    std::int64_t count = 0;
    std::string text;
};

// Those that are not void, the oldest first.
std::vector<Alarm> read_alarms(Connection& db);

}  // namespace webpushd
