#include "store/fact_store.h"

#include <utility>

#include "store/fact_sql.h"
#include "store/locks.h"
#include "store/owners.h"
#include "webpush/json_out.h"

namespace webpushd {

namespace {

constexpr const char* tag_kind = "t";
constexpr const char* attribute_kind = "a";
constexpr const char* contact_kind = "c";
constexpr std::string_view present = "true";
constexpr std::string_view removed = "null";

}  // namespace

FactStore::FactStore(Connection& db) : db_(db), tables_(fact_sql::prepare()) {}

void FactStore::add(int site, const webpush::SubscribeRecord& record) {
    if (!record.contact.empty()) { add_contact(site, record.request.id, record.contact, record.time); }
}

void FactStore::add(int site, const webpush::ProfileRecord& record) {
    const webpush::SubscriptionId& id = record.subscription;
    for (const std::string& tag : record.change.remove_tags) {
        add_fact(site, id, tag_kind, tag, removed, record.time);
    }
    for (const std::string& tag : record.change.add_tags) {
        add_fact(site, id, tag_kind, tag, present, record.time);
    }
    for (const webpush::Property& attribute : record.change.attributes) {
        add_fact(site, id, attribute_kind, attribute.name, attribute.value, record.time);
    }
}

void FactStore::add(int site, const webpush::ContactRecord& record) {
    add_contact(site, record.subscription, record.contact, record.time);
}

void FactStore::add_contact(int site, const webpush::SubscriptionId& id, std::string_view contact,
                            std::int64_t time) {
    std::string value;
    if (contact.empty()) {
        value = removed;
    } else {
        webpush::append_json_string(value, contact);
    }
    add_fact(site, id, contact_kind, "", value, time);
    any_contact_ = true;
}

void FactStore::add_fact(int site, const webpush::SubscriptionId& id, const char* kind,
                         std::string_view name, std::string_view value, std::int64_t time) {
    rows_.integer(webpush::bucket_of(id));
    rows_.integer(site);
    rows_.id(id);
    rows_.text(kind);
    rows_.text(name);
    rows_.json(value);
    rows_.time(time);
    rows_.end_row();
}

void FactStore::apply(const ConsentChanges& changes) {
    const bool any_fact = !rows_.empty();
    if (!any_fact && !changes.any()) { return; }
    db_.query("SELECT pg_advisory_xact_lock($1)", {consent_lock});
    tables_.make_once(db_);
    if (any_fact) { db_.copy_in(fact_sql::copy, rows_.data()); }
    rows_.clear();
    if (changes.departed) { db_.query(fact_sql::forget_departed); }
    if (changes.replaced) { db_.query(fact_sql::take_replaced); }
    const bool any_contact = std::exchange(any_contact_, false) || changes.replaced;
    if (any_fact || changes.replaced) { take_in(any_contact); }
    if (changes.arrived) { db_.query(fact_sql::note_arrived); }
    db_.query(fact_sql::renew_rows);
    if (any_contact || changes.any()) { db_.query(fact_sql::share_contacts); }
}

void FactStore::take_in(bool any_contact) {
    find_owners(db_, "fact_in");
    if (any_contact) {
        db_.query(fact_sql::note_contacts);
        db_.query(fact_sql::keep_contacts);
    }
    db_.query(fact_sql::keep_newest);
}

void sweep_facts(Connection& db, int bucket) { db.query(fact_sql::sweep, {bucket}); }

}  // namespace webpushd
