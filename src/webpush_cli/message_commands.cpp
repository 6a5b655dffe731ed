// webpush message create | send | show
#include <memory>
#include <random>

#include "answer.h"
#include "campaign_request.h"
#include "commands.h"
#include "duration.h"
#include "message_text.h"
#include "table.h"
#include "webpush/json_out.h"

namespace webpush_cli {
namespace {

struct SendOptions {
    std::int64_t message = 0;
    std::string contact;
    std::string subscription;
    std::string key;
};

void print_stored(const Session& session, const std::string& body) {
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    const auto& message = answer.root();
    const std::string id = std::to_string(number(message, "id"));
    Table table({"", ""});
    table.add({"message", id});
    table.add({"name", text(message, "name")});
    table.add({"site", text(message, "site")});
    table.add({"urgency", text(message, "urgency")});
    table.add({"active for", duration_text(number(message, "active_seconds"))});
    table.add({"created", text(message, "created_at")});
    print_message(table, message);
    session.print(table.text(session.terminal));
    session.print("\nSend it: webpush message send " + id + " --contact ID\n");
}

// Nobody asks again with a key that nobody else knows.
std::string random_key() {
    std::random_device source;
    std::string key = "webpush-";
    for (int i = 0; i < 4; ++i) { key += std::to_string(source()); }
    return key;
}

void send(Session& session, const SendOptions& options) {
    std::string request;
    webpush::JsonWriter json(request);
    json.begin_object();
    json.member_if("contact", options.contact);
    json.member_if("subscription", options.subscription);
    json.end_object();
    const std::string path = "/v1/messages/" + std::to_string(options.message) + "/send";
    const std::string key = options.key.empty() ? random_key() : options.key;
    const std::string body = session.client().post_once(path, request, key);
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    const std::string run = std::to_string(number(answer.root(), "run"));
    session.print("Run " + run + " is on its way, to " +
                  grouped(number(answer.root(), "subscriptions")) +
                  " subscriptions. What became of it: webpush report " + run + "\n");
}

void add_stored_create(CLI::App& group, Session& session) {
    CLI::App* create = add_command(
        group, "create", "compose a message, to be sent whenever something happens",
        "webpush message create --name Shipped --title \"Your parcel is on its way\" \\\n"
        "      --target /orders --urgency high --active-for 1d");
    auto draft = std::make_shared<CampaignDraft>();
    add_campaign_options(*create, *draft);
    create->callback([&session, draft] {
        print_stored(session, session.client().post("/v1/messages", request_json(*draft)));
    });
}

void add_stored_send(CLI::App& group, Session& session) {
    CLI::App* command = add_command(group, "send", "send it to one person, ahead of all campaigns",
                                    "webpush message send 1 --contact 4711 --key order-4711-shipped");
    auto options = std::make_shared<SendOptions>();
    add_id(*command, "ID", options->message, "the message's number")->required();
    auto* whom = command->add_option_group("whom");
    whom->add_option("--contact", options->contact, "all subscriptions of this contact");
    whom->add_option("--subscription", options->subscription, "one subscription's id");
    whom->require_option(1);
    command->add_option("--key", options->key,
                        "asking again with the same key sends nothing (for a day)");
    command->callback([&session, options] { send(session, *options); });
}

}  // namespace

void add_message_commands(CLI::App& app, Session& session) {
    CLI::App* group = add_command(app, "message", "messages to single people",
                                  "webpush message send 1 --contact 4711");
    group->require_subcommand(1);
    add_stored_create(*group, session);
    add_stored_send(*group, session);

    CLI::App* show = add_command(*group, "show", "one message", "webpush message show 1");
    auto id = std::make_shared<std::int64_t>();
    add_id(*show, "ID", *id, "the message's number")->required();
    show->callback([&session, id] {
        print_stored(session, session.client().get("/v1/messages/" + std::to_string(*id)));
    });
}

}  // namespace webpush_cli
