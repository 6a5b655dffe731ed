// Who is subscribed: brings consent records into subscription, tombstone and audience_size.
//
// Every record has (n, t): the browser's own counter of decisions and the edge's time, compared in
// that order. What becomes of a subscription id is a function of the set of records, of these:
//
//   S(x)    the newest subscribe of x
//   x -> y  some subscribe or refresh of y says that it replaces x; its n is the least with which
//           that was said, so that of what is said again the first counts
//   L(x)    the newest leave of x, or of any w -> x whose L(w) has a counter not less than the
//           n of w -> x. So leaving by an old endpoint, before or after it was replaced, ends the
//           new one too. Only when the browser had decided again before it was given the new one,
//           which is what a greater n says, is the leave answered and ends with the old id.
//   R(x)    the newest (n, t) of a record that says that it replaces x
//
// x is active when S(x) is newer than both L(x) and R(x), or when there is neither and some record
// of x. Otherwise it has a tombstone with the newer of L(x) and R(x), 'left' or 'replaced'. On a tie
// leaving is stronger than a replacement, and both than a subscribe.
//
//   * A refresh never brings anybody back. An id that was never ended needs no subscribe: its row
//     then has the consent counter 0.
//   * A row holds S in consent_* and created_at, and in data_* the (n, t) of the newest record,
//     subscribe or refresh, that its data are from; seen_at is the latest time of all. Equal (n, t)
//     are ordered by the data itself.
//   * Who left once is not brought back by a subscribe of the id that was replaced: only by one of
//     the new id itself. Ids that replace each other in a circle all end.
//   * The tombstones 'gone' and 'erased', which are no records, end a row as a leave does; being
//     erased passes on to replacements that are told of later.
//
// All but the tables' rows can be forgotten, because each comparison is with a maximum (of n of
// x -> y: a minimum) that is kept: L in leaving, x -> y in replacement, S in the row, R in the
// tombstone; S and R until something newer outweighs them. So the order in which files are read does
// not matter, and applying records once more changes nothing.
//
// What order can change is only what a row knows besides, never who is subscribed: a refresh that is
// read before the subscribe which lifts its tombstone is lost, and the next visit brings it again.
// When a row is replaced its age, and its consent version if the new record has none, move to the new
// row, if both are there then. What else is known of an id is fact_store.h's and activity_store.h's.
#pragma once

#include <string_view>

#include "store/connection.h"
#include "store/copy_rows.h"
#include "store/temp_tables.h"
#include "webpush/log_record.h"

namespace webpushd {

// What apply() did that concerns what else is known of subscriptions. Until the transaction ends these
// name them, all with (bucket, site, id):
//   arrived       rows that were inserted
//   departed      who left, "t" when, and those who took their places since
//   replaced_now  ids that are 'replaced' now and of which the batch said so
struct ConsentChanges {
    bool arrived = false;
    bool departed = false;
    bool replaced = false;

    bool any() const { return arrived || departed || replaced; }
};

class ConsentStore {
public:
    // Makes temporary tables on the connection when they are needed; it must outlive the store.
    explicit ConsentStore(Connection& db);

    void add(int site, const webpush::SubscribeRecord& record);
    void add(int site, const webpush::UnsubscribeRecord& record);

    std::int64_t pending() const { return rows_.size(); }

    // Applies what was added. REQUIRES: a transaction is open; takes consent_lock in it.
    ConsentChanges apply();

private:
    void move_replaced();

    Connection& db_;
    TempTables tables_;
    CopyRows rows_;
    bool any_leave_ = false;
    bool any_replaced_ = false;
};

}  // namespace webpushd
