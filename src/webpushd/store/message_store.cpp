#include "message_store.h"

#include "partitions.h"

namespace webpushd {
namespace {

// What the request asks for: message and recipient, so that another one with the same key is noticed.
std::string request_text(const StoredMessage& message, const SingleSend& to) {
    std::string text = std::to_string(message.id);
    text += to.contact.empty() ? " subscription " : " contact ";
    text += to.contact.empty() ? to.subscription : to.contact;
    return text;
}

// nullopt: the key is new, and now this request's. Waits for a request with the same key that is under
// way.
std::optional<SingleSendResult> take_key(Connection& db, const StoredMessage& message,
                                         const SingleSend& to) {
    const std::string request = request_text(message, to);
    const Rows taken = db.query(
        "INSERT INTO idempotency_key (site, key, request) VALUES ($1, $2, sha256($3::bytea)) "
        "ON CONFLICT DO NOTHING RETURNING run",
        {message.site, to.key, Param::binary(request)});
    if (!taken.empty()) { return std::nullopt; }
    const Rows known = db.query(
        "SELECT run, subscriptions, request = sha256($3::bytea) FROM idempotency_key "
        "WHERE site = $1 AND key = $2",
        {message.site, to.key, Param::binary(request)});
    if (known.empty() || !known.boolean(0, 2)) {
        return SingleSendResult{SingleSendEnd::key_of_another, false, 0, 0};
    }
    return SingleSendResult{SingleSendEnd::sent, true, known.integer(0, 0), known.integer(0, 1)};
}

std::int64_t insert_run(Connection& db, const StoredMessage& message, std::string_view month) {
    return db
        .query(
            "INSERT INTO run (site, message, month, class, state, planned_at, active_until) "
            "VALUES ($1, $2, $3, 0, 'sending', now(), now() + $4 * interval '1 second') "
            "RETURNING id",
            {message.site, message.id, month, message.active_seconds})
        .integer(0, 0);
}

#define TO_BE_SENT                                                                      \
    "INSERT INTO deferred (bucket, run, subscription, site, class, not_before, reason) " \
    "SELECT bucket, $1, id, site, 0, now(), 'queued' FROM subscription "

std::int64_t insert_recipients(Connection& db, const StoredMessage& message, const SingleSend& to,
                               std::int64_t run) {
    if (!to.contact.empty()) {
        return db
            .query(TO_BE_SENT
                   "WHERE site = $2 AND contact = "
                   "encode(substring(sha256(convert_to($3, 'UTF8')) FOR 16), 'hex')::uuid",
                   {run, message.site, to.contact})
            .affected();
    }
    return db
        .query(TO_BE_SENT "WHERE bucket = $4 AND site = $2 AND id = $3",
               {run, message.site, Param::binary(to.subscription),
                int{static_cast<unsigned char>(to.subscription.front())}})
        .affected();
}

}  // namespace

std::int64_t insert_message(Connection& db, const StoredMessage& message) {
    return db
        .query(
            "INSERT INTO message (site, name, content, urgency, active_seconds) "
            "VALUES ($1, $2, $3, $4, $5) RETURNING id",
            {message.site, message.name, message.content, message.urgency, message.active_seconds})
        .integer(0, 0);
}

std::optional<StoredMessage> find_message(Connection& db, std::int64_t id) {
    const Rows rows = db.query(
        "SELECT m.id, m.site, s.name, m.name, m.content, m.urgency, m.active_seconds, "
        "to_char(m.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
        "FROM message m JOIN site s ON s.id = m.site WHERE m.id = $1 AND m.name <> ''",
        {id});
    if (rows.empty()) { return std::nullopt; }
    StoredMessage message;
    message.id = rows.integer(0, 0);
    message.site = static_cast<int>(rows.integer(0, 1));
    message.site_name = rows.text(0, 2);
    message.name = rows.text(0, 3);
    message.content = rows.text(0, 4);
    message.urgency = rows.text(0, 5);
    message.active_seconds = static_cast<int>(rows.integer(0, 6));
    message.created_at = rows.text(0, 7);
    return message;
}

SingleSendResult send_single(Connection& db, const StoredMessage& message, const SingleSend& to) {
    const Rows now = db.query("SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date");
    const std::string_view month = now.text(0, 0);
    ensure_month(db, month);

    Transaction transaction(db);
    if (const auto known = take_key(db, message, to)) { return *known; }
    const std::int64_t run = insert_run(db, message, month);
    const std::int64_t subscriptions = insert_recipients(db, message, to, run);
    if (subscriptions == 0) { return {}; }  // with the key
    db.query("UPDATE run SET audience = $2 WHERE id = $1", {run, subscriptions});
    db.query("UPDATE idempotency_key SET run = $3, subscriptions = $4 WHERE site = $1 AND key = $2",
             {message.site, to.key, run, subscriptions});
    transaction.commit();
    return {SingleSendEnd::sent, false, run, subscriptions};
}

void forget_idempotency_keys(Connection& db) {
    db.query("DELETE FROM idempotency_key WHERE created_at < now() - interval '1 day'");
}

}  // namespace webpushd
