#include "store/activity_store.h"

#include <charconv>
#include <cmath>

#include "store/activity_sql.h"
#include "store/locks.h"
#include "store/owners.h"
#include "store/partitions.h"
#include "webpush/json_out.h"
#include "webpush/utc_time.h"
#include "webpush/visit_value.h"

namespace webpushd {

namespace {

constexpr std::string_view visit_name = "visit";
constexpr double max_amount = 1e12;  // as visit_amount()

std::string month_of(std::int64_t time) { return webpush::utc_day(time / 1000).substr(0, 8) + "01"; }

// The property "amount" as a number, also when it is written as a text; "" when it is none.
std::string_view amount_of(const webpush::Properties& properties) {
    for (const webpush::Property& property : properties) {
        if (property.name != "amount") { continue; }
        std::string_view text = property.value;
        if (text.starts_with('"')) { return webpush::visit_amount(text.substr(1, text.size() - 2)); }
        double number = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
        return read.ec == std::errc() && std::abs(number) < max_amount ? text : std::string_view();
    }
    return {};
}

std::string properties_of(const webpush::VisitRecord& record) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    json.member_if("section", record.section);
    json.member_if("product", record.product);
    json.end_object();
    return text;
}

std::string properties_of(const webpush::TrackRecord& record) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    for (const webpush::Property& property : record.event.properties) {
        json.key(property.name);
        json.raw(property.value);
    }
    json.end_object();
    return text;
}

}  // namespace

ActivityStore::ActivityStore(Connection& db) : db_(db), tables_(activity_sql::prepare()) {}

void ActivityStore::add(int site, const webpush::TrackRecord& record, int origin) {
    begin_row(site, record.subscription, origin, record.time, record.event.name, record.event.key);
    end_row(amount_of(record.event.properties), properties_of(record));
}

void ActivityStore::add(int site, const webpush::VisitRecord& record, int origin) {
    begin_row(site, record.subscription, origin, record.time, visit_name, "");
    end_row(webpush::visit_amount(record.amount), properties_of(record));
}

void ActivityStore::begin_row(int site, const webpush::SubscriptionId& id, int origin,
                              std::int64_t time, std::string_view name, std::string_view key) {
    rows_.integer(origin);
    rows_.integer(webpush::bucket_of(id));
    rows_.integer(site);
    rows_.id(id);
    rows_.text(name);
    rows_.text(key.empty() ? "@" + std::to_string(time) : std::string(key));
    rows_.time(time);
    months_.insert(month_of(time));
}

void ActivityStore::end_row(std::string_view amount, std::string_view properties) {
    if (amount.empty()) {
        rows_.null();
    } else {
        rows_.text(amount);
    }
    rows_.json(properties);
    rows_.end_row();
}

void ActivityStore::make_partitions(int keep_months) {
    for (const std::string& month : months_) { ensure_activity_month(db_, month, keep_months); }
    months_.clear();
}

std::map<int, std::int64_t> ActivityStore::apply(const ConsentChanges& changes) {
    if (rows_.empty() && !changes.departed && !changes.replaced) { return {}; }
    // Others may insert meanwhile, but nobody may take the place of an id.
    db_.query("SELECT pg_advisory_xact_lock_shared($1)", {consent_lock});
    tables_.make_once(db_);
    if (!rows_.empty()) { db_.copy_in(activity_sql::copy, rows_.data()); }
    rows_.clear();
    take_back(changes);
    find_owners(db_, "activity_in");
    const auto left_out = count_out_of_time();
    if (changes.replaced) { db_.query(activity_sql::insert_counted); }
    db_.query(activity_sql::insert_and_count);
    db_.query(activity_sql::keep_counts);
    return left_out;
}

void ActivityStore::take_back(const ConsentChanges& changes) {
    if (changes.departed) {
        db_.query(activity_sql::forget_engagement_of_departed);
        db_.query(activity_sql::take_departed);
    }
    if (changes.replaced) {
        db_.query(activity_sql::take_replaced);
        db_.query(activity_sql::take_engagement_of_replaced);
        find_owners(db_, "engagement_in");
    }
}

std::map<int, std::int64_t> ActivityStore::count_out_of_time() {
    std::map<int, std::int64_t> counts;
    const Rows rows = db_.query(activity_sql::count_out_of_time);
    for (int row = 0; row < rows.size(); ++row) {
        counts[static_cast<int>(rows.integer(row, 0))] = rows.integer(row, 1);
    }
    return counts;
}

void sweep_engagement(Connection& db, int bucket) { db.query(activity_sql::sweep, {bucket}); }

}  // namespace webpushd
