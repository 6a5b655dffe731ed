#include "store/trace_store.h"

#include "store/uuid.h"

namespace webpushd {
namespace {

#define UTC_TEXT(time) \
    "coalesce(to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), '') "

// Octets of a uuid, written as PostgreSQL writes it; "" stays.
std::string uuid_octets(std::string_view text) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string digits;
    for (const char c : text) {
        if (c != '-') { digits += c; }
    }
    std::string octets;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        octets += static_cast<char>(digit(digits[i]) * 16 + digit(digits[i + 1]));
    }
    return octets;
}

class TraceReader {
public:
    TraceReader(Connection& db, const Run& run, const webpush::SubscriptionId& subscription)
        : db_(db),
          run_(run),
          bucket_(webpush::bucket_of(subscription)),
          id_(uuid_text(subscription)) {}

    std::optional<TracedSubscription> subscription() {
        const Rows rows = db_.query(
            "SELECT platform, " UTC_TEXT("created_at") ", " UTC_TEXT(
                "accepted_at") "FROM subscription WHERE bucket = $1 AND site = $2 AND id = $3",
            {bucket_, run_.site, id_});
        TracedSubscription found;
        found.active = !rows.empty();
        if (found.active) {
            found.platform = rows.text(0, 0);
            found.created_at = rows.text(0, 1);
            found.accepted_at = rows.text(0, 2);
        }
        const bool ended = read_end(found);
        return found.active || ended ? std::optional(found) : std::nullopt;
    }

    // A run's chunks are cut once and never overlap.
    std::optional<TracedChunk> chunk() {
        const Rows rows = db_.query(
            "SELECT id, state, " UTC_TEXT("not_before") ", epoch, " UTC_TEXT("lease_until") ", "
            "coalesce(lease_until > clock_timestamp(), false) "
            "FROM send_job WHERE bucket = $1 AND run = $2 AND id_from <= $3 AND id_to >= $3",
            {bucket_, run_.id, id_});
        if (rows.empty()) { return std::nullopt; }
        return TracedChunk{rows.integer(0, 0),           std::string(rows.text(0, 1)),
                           std::string(rows.text(0, 2)), rows.integer(0, 3),
                           std::string(rows.text(0, 4)), rows.boolean(0, 5)};
    }

    std::optional<TracedWaiting> waiting() {
        const Rows rows = db_.query(
            "SELECT reason, attempt, " UTC_TEXT("not_before") ", epoch, " UTC_TEXT("lease_until") ", "
            "coalesce(lease_until > clock_timestamp(), false) "
            "FROM deferred WHERE bucket = $1 AND run = $2 AND subscription = $3",
            {bucket_, run_.id, id_});
        if (rows.empty()) { return std::nullopt; }
        return TracedWaiting{std::string(rows.text(0, 0)), rows.integer(0, 1),
                             std::string(rows.text(0, 2)), rows.integer(0, 3),
                             std::string(rows.text(0, 4)), rows.boolean(0, 5)};
    }

    std::optional<TracedDelivery> delivery() {
        const Rows rows = db_.query(
            "SELECT outcome, status, reason, reduced, attempt, " UTC_TEXT("at")
            "FROM delivery WHERE month = $4 AND bucket = $1 AND run = $2 AND subscription = $3",
            {bucket_, run_.id, id_, run_.month});
        if (rows.empty()) { return std::nullopt; }
        return TracedDelivery{std::string(rows.text(0, 0)), rows.integer(0, 1),
                              std::string(rows.text(0, 2)), std::string(rows.text(0, 3)),
                              rows.integer(0, 4),           std::string(rows.text(0, 5))};
    }

    std::vector<TracedEvent> events() {
        const Rows rows = db_.query(
            "SELECT kind, action, late, " UTC_TEXT("at")
            "FROM event WHERE month = $4 AND bucket = $1 AND run = $2 AND subscription = $3 "
            "ORDER BY at, kind DESC, action, ordinal",
            {bucket_, run_.id, id_, run_.month});
        std::vector<TracedEvent> events;
        for (int row = 0; row < rows.size(); ++row) {
            events.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)),
                              rows.boolean(row, 2), std::string(rows.text(row, 3))});
        }
        return events;
    }

private:
    bool read_end(TracedSubscription& found) {
        const Rows rows = db_.query("SELECT reason, " UTC_TEXT("at") ", coalesce(replaced_by::text, '') "
                                    "FROM tombstone WHERE bucket = $1 AND site = $2 AND id = $3",
                                    {bucket_, run_.site, id_});
        if (rows.empty() || found.active) { return false; }
        found.end_reason = rows.text(0, 0);
        found.ended_at = rows.text(0, 1);
        found.replaced_by = uuid_octets(rows.text(0, 2));
        return true;
    }

    Connection& db_;
    const Run& run_;
    const int bucket_;
    const std::string id_;
};

}  // namespace

Trace read_trace(Connection& db, const Run& run, const webpush::SubscriptionId& subscription) {
    Transaction transaction(db);  // one picture, not of before and after
    db.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    TraceReader reader(db, run, subscription);
    Trace trace;
    trace.subscription = reader.subscription();
    trace.chunk = reader.chunk();
    trace.waiting = reader.waiting();
    trace.delivery = reader.delivery();
    trace.events = reader.events();
    transaction.commit();
    return trace;
}

}  // namespace webpushd
