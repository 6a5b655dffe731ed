#include "campaign_input.h"
#include "handlers.h"
#include "members.h"
#include "site_ready.h"
#include "store/message_store.h"
#include "store/site_store.h"
#include "webpush/base64url.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::Error;
using webpush::JsonObject;
using webpush::JsonWriter;
using webpush::Problem;
using webpush::Result;

constexpr std::string_view key_header = "Idempotency-Key";
constexpr std::size_t max_key = 200;
constexpr std::size_t max_contact = 256;
constexpr std::size_t subscription_octets = 16;

Error no_such_message(std::int64_t id) { return not_found("no message " + std::to_string(id)); }

Response message_response(int status, const StoredMessage& message) {
    Response response;
    response.status = status;
    JsonWriter json(response.body);
    json.begin_object();
    json.member("id", message.id);
    json.member("site", message.site_name);
    json.member("name", message.name);
    json.member("urgency", message.urgency);
    json.member("active_seconds", message.active_seconds);
    json.member("created_at", message.created_at);
    json.key("message");
    json.raw(message.content);
    json.end_object();
    return response;
}

struct Recipient {
    std::string contact;
    std::string subscription;  // octets
};

Result<Recipient> read_recipient(const JsonObject& json) {
    if (auto error = unknown_member(json, {"contact", "subscription"})) { return *error; }
    if (json.has("contact") && json.has("subscription")) {
        return json.error(Problem::field_invalid, "subscription", "not beside a contact");
    }
    if (!json.has("subscription")) {
        const auto contact = json.string("contact", max_contact);
        if (!contact.ok()) { return contact.error(); }
        if (!contact->empty()) { return Recipient{std::string(*contact), ""}; }
        return json.error(Problem::field_invalid, "contact", "must not be empty");
    }
    const auto text = json.string("subscription", max_contact);
    if (!text.ok()) { return text.error(); }
    const auto octets = webpush::base64url_decode(*text);
    if (octets && octets->size() == subscription_octets) { return Recipient{"", *octets}; }
    return json.error(Problem::field_invalid, "subscription", "not the id of a subscription");
}

Result<std::string> read_key(const ApiCall& call) {
    const std::string& key = call.request.idempotency_key;
    const std::string field(key_header);
    if (key.empty()) {
        return Error{Problem::field_missing, field, "a header, so that asking again sends once"};
    }
    if (key.size() > max_key) {
        return Error{Problem::field_too_long, field, "at most " + std::to_string(max_key) +
                                                         " octets"};
    }
    return key;
}

Response sent_response(const StoredMessage& message, const SingleSendResult& sent) {
    Response response;
    response.status = 202;
    response.headers.emplace_back("Location", "/v1/runs/" + std::to_string(sent.run));
    JsonWriter json(response.body);
    json.begin_object();
    json.member("message", message.id);
    json.member("run", sent.run);
    json.member("subscriptions", sent.subscriptions);
    json.end_object();
    return response;
}

Result<Response> answer(const StoredMessage& message, const JsonObject& json,
                        const SingleSendResult& sent) {
    switch (sent.end) {
    case SingleSendEnd::sent: return sent_response(message, sent);
    case SingleSendEnd::key_of_another:
        return Error{Problem::conflict, std::string(key_header), "was used for another request"};
    case SingleSendEnd::nobody: break;
    }
    return json.error(Problem::field_invalid,
                      json.has("contact") ? "contact" : "subscription", "nobody is subscribed");
}

}  // namespace

Result<Response> create_message(ApiCall& call) {
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    auto message = read_message(*json);
    if (!message.ok()) { return message.error(); }
    const auto site = find_site(call.db, message->site_name);
    if (!site) { return json->error(Problem::field_invalid, "site", "there is no such site"); }

    message->site = site->id;
    const std::int64_t id = insert_message(call.db, *message);
    const auto inserted = find_message(call.db, id);
    if (!inserted) { return no_such_message(id); }
    Response response = message_response(201, *inserted);
    response.headers.emplace_back("Location", "/v1/messages/" + std::to_string(id));
    return response;
}

Result<Response> show_message(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    const auto message = find_message(call.db, *id);
    if (!message) { return no_such_message(*id); }
    return message_response(200, *message);
}

Result<Response> send_message(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    const auto message = find_message(call.db, *id);
    if (!message) { return no_such_message(*id); }
    const auto key = read_key(call);
    if (!key.ok()) { return key.error(); }
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    const auto recipient = read_recipient(*json);
    if (!recipient.ok()) { return recipient.error(); }
    const auto site = find_site(call.db, message->site_name);
    if (!site) { return no_such_message(*id); }
    if (auto error = not_ready(*site)) { return *error; }
    const SingleSend to{*key, recipient->contact, recipient->subscription};
    return answer(*message, *json, send_single(call.db, *message, to));
}

}  // namespace webpushd
