// What is known of subscriptions besides their consent: tags, attributes, whose they are. Brings
// profile, identify and forget, and the contact that a subscribe or refresh names, into fact, contact
// and the columns tags, attributes and contact of subscription.
//
// Each tag, each attribute and the contact is a fact of its own, and of what was said of it the newest
// counts, by the edge's time; on a tie, being there before not being there. A removal is kept as a
// fact too. So the order in which files are read does not matter, and applying records once more
// changes nothing:
//
//   * Facts need no row of subscription: the row gets them when it comes. Those without one are kept
//     for 30 days, also when it ended as 'gone', as a browser often gives its new endpoint only on its
//     next visit.
//   * What is said of an id that was replaced belongs to the one that took its place, and what was
//     said before goes there (owners.h).
//   * Leaving ends all facts that are not newer.
//   * A contact has at most 20 subscriptions: those that were said last to be its own. Another one
//     keeps the fact, and gets its contact back when there is room.
//
// Only for an id that is subscribed again after it was replaced the order matters: who has its old
// facts then depends on which of both was read first.
#pragma once

#include <cstdint>

#include "store/connection.h"
#include "store/consent_store.h"
#include "store/copy_rows.h"
#include "store/temp_tables.h"
#include "webpush/log_record.h"

namespace webpushd {

class FactStore {
public:
    // Makes temporary tables on the connection when they are needed; it must outlive the store.
    explicit FactStore(Connection& db);

    // Only its contact, if it names one.
    void add(int site, const webpush::SubscribeRecord& record);
    void add(int site, const webpush::ProfileRecord& record);
    void add(int site, const webpush::ContactRecord& record);

    std::int64_t pending() const { return rows_.size(); }

    // Applies what was added, and what follows from the changes that ConsentStore::apply() has just
    // made. REQUIRES: a transaction is open; takes consent_lock in it.
    void apply(const ConsentChanges& changes);

private:
    void add_fact(int site, const webpush::SubscriptionId& id, const char* kind,
                  std::string_view name, std::string_view value, std::int64_t time);
    void add_contact(int site, const webpush::SubscriptionId& id, std::string_view contact,
                     std::int64_t time);
    void take_in(bool any_contact);

    Connection& db_;
    TempTables tables_;
    CopyRows rows_;
    bool any_contact_ = false;
};

// Forgets the facts of a bucket that have had no subscription for 30 days.
void sweep_facts(Connection& db, int bucket);

}  // namespace webpushd
