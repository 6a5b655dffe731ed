// Messages that are composed once and sent to single people when something happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "campaign_store.h"
#include "connection.h"

namespace webpushd {

struct StoredMessage {
    std::int64_t id = 0;
    int site = 0;
    std::string site_name;
    std::string name;
    std::string content;  // webpush/notification_json.h
    std::string urgency = "normal";
    int active_seconds = default_active_seconds;  // how long after it was sent it may still appear
    std::string created_at;
};

// Id and created_at are ignored; tells the id.
std::int64_t insert_message(Connection& db, const StoredMessage& message);

// Not those of campaigns.
std::optional<StoredMessage> find_message(Connection& db, std::int64_t id);

struct SingleSend {
    std::string_view key;           // the caller's, by which a repetition is known
    std::string_view contact;       // to all subscriptions of this contact,
    std::string_view subscription;  // or, when contact is "", to this one: 16 octets
};

enum class SingleSendEnd { sent, nobody, key_of_another };

struct SingleSendResult {
    SingleSendEnd end = SingleSendEnd::nobody;
    bool repeated = false;            // sent: it was so already, nothing was done
    std::int64_t run = 0;             // sent only, as the next
    std::int64_t subscriptions = 0;
};

// Makes a transactional run of its own, which senders take from there without a planner. When there is
// nobody to send to, nothing is made and the key is not kept. REQUIRES: no transaction is open.
SingleSendResult send_single(Connection& db, const StoredMessage& message, const SingleSend& to);

// Forgets keys that are older than a day.
void forget_idempotency_keys(Connection& db);

}  // namespace webpushd
