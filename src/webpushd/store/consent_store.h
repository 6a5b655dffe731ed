// Who is subscribed: brings consent records into subscription, tombstone and audience_size.
//
// Every record has (n, t): the browser's own counter of decisions and the edge's time, compared in
// that order. Of one subscription id let L be the newest leave and S the newest subscribe.
//
//   * S newer than L: there is a row. Otherwise, if there is an L: there is a tombstone. On a tie
//     leaving wins. With neither, a refresh makes a row whose consent counter is 0.
//   * So a leave removes a row unless the row's own S is newer, a subscribe lifts a tombstone only
//     if it is newer, and a refresh never lifts one, of whatever reason.
//   * A row holds S in consent_* and created_at, and in data_* the (n, t) of the newest record,
//     subscribe or refresh, that its data are from; seen_at is the latest time of all. Equal (n, t)
//     are ordered by the data itself.
//   * A record of a new endpoint may say which id it replaces. The old row goes unless it is newer
//     itself; its facts (tags, attributes, contact, consent if newer) move to the new row, a
//     tombstone 'replaced' remains. Leaving follows: whoever leaves the old id, before or after,
//     has left the new one too, by the same comparison with S.
//
// Everything but the newest can be forgotten, because each comparison is with a maximum: so the
// order in which files are read does not matter, and applying records once more changes nothing.
// What order can change is only the age of data, never who is subscribed: a refresh that is read
// before the subscribe which lifts its tombstone is lost, and the next visit brings it again.
#pragma once

#include <string_view>

#include "store/connection.h"
#include "store/copy_rows.h"
#include "webpush/log_record.h"

namespace webpushd {

class ConsentStore {
public:
    // Makes temporary tables on the connection, which must outlive the store.
    explicit ConsentStore(Connection& db);

    void add(int site, const webpush::SubscribeRecord& record);
    void add(int site, const webpush::UnsubscribeRecord& record);

    std::int64_t pending() const { return rows_.size(); }

    // Applies what was added. REQUIRES: a transaction is open; takes consent_lock in it.
    void apply();

private:
    void move_replaced();

    Connection& db_;
    CopyRows rows_;
    bool any_leave_ = false;
    bool any_replaced_ = false;
};

}  // namespace webpushd
