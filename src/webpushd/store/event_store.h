// What was shown, closed and clicked: brings event records into the table event.
//
// The key of an event is what happened to which delivery, so a second copy of a line changes
// nothing. Its month is that of its run. Events of runs that are unknown, of another site, or so old
// that their partition is gone are left out.
#pragma once

#include <cstdint>
#include <map>

#include "store/connection.h"
#include "store/copy_rows.h"
#include "webpush/log_record.h"

namespace webpushd {

class EventStore {
public:
    // Makes a temporary table on the connection, which must outlive the store.
    explicit EventStore(Connection& db);

    // `origin` is the caller's number for where the record came from.
    void add(int site, const webpush::EventRecord& record, int origin);

    std::int64_t pending() const { return rows_.size(); }

    // Applies what was added and tells how many were left out, by origin. REQUIRES: a transaction is
    // open.
    std::map<int, std::int64_t> apply();

private:
    Connection& db_;
    CopyRows rows_;
};

}  // namespace webpushd
