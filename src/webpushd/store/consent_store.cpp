#include "store/consent_store.h"

#include <utility>

#include "store/consent_sql.h"
#include "store/locks.h"

namespace webpushd {

namespace {

constexpr const char* kind_of(webpush::ConsentKind kind) {
    return kind == webpush::ConsentKind::subscribe ? "s" : "r";
}

}  // namespace

ConsentStore::ConsentStore(Connection& db) : db_(db), tables_(consent_sql::prepare()) {}

void ConsentStore::add(int site, const webpush::SubscribeRecord& record) {
    const webpush::SubscribeRequest& request = record.request;
    rows_.text(kind_of(request.kind));
    rows_.integer(webpush::bucket_of(request.id));
    rows_.integer(site);
    rows_.id(request.id);
    rows_.integer(request.counter);
    rows_.time(record.time);
    rows_.text(request.endpoint);
    rows_.octets(webpush::view(request.p256dh));
    rows_.octets(webpush::view(request.auth));
    rows_.text(request.vapid);
    rows_.text(webpush::name(record.platform));
    rows_.text(request.language);
    rows_.text(request.time_zone);
    rows_.text(request.page);
    rows_.text(request.consent);
    rows_.text(record.place.country);
    rows_.text(record.place.region);
    rows_.text(record.place.city);
    rows_.text(record.place.position);
    if (request.has_replaces && request.replaces != request.id) {
        rows_.id(request.replaces);
        any_replaced_ = true;
    } else {
        rows_.null();
    }
    rows_.end_row();
}

void ConsentStore::add(int site, const webpush::UnsubscribeRecord& record) {
    rows_.text("u");
    rows_.integer(webpush::bucket_of(record.request.id));
    rows_.integer(site);
    rows_.id(record.request.id);
    rows_.integer(record.request.counter);
    rows_.time(record.time);
    for (int unused = 0; unused < 14; ++unused) { rows_.null(); }
    rows_.end_row();
    any_leave_ = true;
}

ConsentChanges ConsentStore::apply() {
    if (rows_.empty()) { return {}; }
    db_.query("SELECT pg_advisory_xact_lock($1)", {consent_lock});
    tables_.make_once(db_);
    db_.copy_in(consent_sql::copy, rows_.data());
    if (any_replaced_) { db_.query(consent_sql::keep_links); }
    if (any_leave_ || any_replaced_) {
        db_.query(consent_sql::follow_leaves);
        db_.query(consent_sql::keep_leaves);
        db_.query(consent_sql::remove_who_left);
        db_.query(consent_sql::bury_who_left);
    }
    db_.query(consent_sql::lift_tombstones);
    db_.query(consent_sql::renew_consent);
    db_.query(consent_sql::renew_data);
    db_.query(consent_sql::renew_seen);
    ConsentChanges changes;
    changes.arrived = db_.query(consent_sql::insert_rows).affected() > 0;
    if (any_replaced_) { move_replaced(); }
    if (any_leave_ || any_replaced_) {
        changes.departed = db_.query(consent_sql::note_departed).affected() > 0;
    }
    db_.query(consent_sql::count_audience);
    rows_.clear();
    any_leave_ = false;
    changes.replaced = std::exchange(any_replaced_, false);
    return changes;
}

void ConsentStore::move_replaced() {
    do {
        db_.query(consent_sql::hand_on);
    } while (db_.query(consent_sql::remove_moved).affected() > 0);
    db_.query(consent_sql::remove_rest);
    db_.query(consent_sql::bury_replaced);
}

}  // namespace webpushd
