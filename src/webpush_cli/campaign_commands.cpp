// webpush campaign create | list | show (send has a file of its own)
#include <memory>
#include <vector>

#include "answer.h"
#include "campaign_request.h"
#include "commands.h"
#include "duration.h"
#include "message_text.h"
#include "table.h"

namespace webpush_cli {
namespace {

void print_runs(const Session& session, const webpush::JsonObject& campaign) {
    Table runs({">RUN", "STATE", "STARTED", ">AUDIENCE", ">ACCEPTED", ">WAITING"});
    for (const auto& run : objects(campaign, "runs")) {
        runs.add({std::to_string(number(run, "id")), text(run, "state"), text(run, "starts_at"),
                  grouped(number(run, "audience")), grouped(number(run, "accepted")),
                  grouped(number(run, "deferred"))});
    }
    if (!runs.empty()) { session.print("\n" + runs.text(session.terminal)); }
}

void print_campaign(const Session& session, const std::string& body) {
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    const auto& campaign = answer.root();
    const std::string id = std::to_string(number(campaign, "id"));
    Table table({"", ""});
    table.add({"campaign", id});
    table.add({"name", text(campaign, "name")});
    table.add({"site", text(campaign, "site")});
    table.add({"state", text(campaign, "state")});
    table.add({"audience", text(campaign, "audience")});
    table.add({"urgency", text(campaign, "urgency")});
    table.add({"active for", duration_text(number(campaign, "active_seconds"))});
    table.add({"created", text(campaign, "created_at")});
    print_message(table, campaign);
    session.print(table.text(session.terminal));
    print_runs(session, campaign);
    if (text(campaign, "state") == "draft") {
        session.print("\nSend it: webpush campaign send " + id + "\n");
    }
}

void list_campaigns(Session& session, const std::string& site) {
    Client& client = session.client();
    const std::string filter = site.empty() ? "" : "?site=" + client.escape(site);
    const std::string body = client.get("/v1/campaigns" + filter);
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    Table table({">ID", "SITE", "NAME", "STATE", "CREATED"});
    for (const auto& campaign : objects(answer.root(), "campaigns")) {
        table.add({std::to_string(number(campaign, "id")), text(campaign, "site"),
                   text(campaign, "name"), text(campaign, "state"), text(campaign, "created_at")});
    }
    session.print(table.empty() ? "No campaign yet. Make one: webpush campaign create --help\n"
                                : table.text(session.terminal));
}

void add_create_command(CLI::App& group, Session& session) {
    CLI::App* create = add_command(
        group, "create", "compose a message; it stays a draft until it is sent",
        "webpush campaign create --name \"Lantern week\" --title \"20 % off all lanterns\" \\\n"
        "      --body \"Until Sunday\" --target /offers/lantern-week \\\n"
        "      --image /images/lantern.png --active-for 3d \\\n"
        "      --button \"see,See the offers,/offers\"");
    auto draft = std::make_shared<CampaignDraft>();
    add_campaign_options(*create, *draft);
    create->callback([&session, draft] {
        print_campaign(session, session.client().post("/v1/campaigns", request_json(*draft)));
    });
}

}  // namespace

void add_campaign_commands(CLI::App& app, Session& session) {
    CLI::App* group = add_command(app, "campaign", "messages to everybody who subscribed",
                                  "webpush campaign send 1 --wait");
    group->require_subcommand(1);
    add_create_command(*group, session);
    add_send_command(*group, session);

    CLI::App* show = add_command(*group, "show", "one campaign and its runs",
                                 "webpush campaign show 1");
    auto id = std::make_shared<std::int64_t>();
    add_id(*show, "ID", *id, "the campaign's number")->required();
    show->callback([&session, id] {
        print_campaign(session, session.client().get("/v1/campaigns/" + std::to_string(*id)));
    });

    CLI::App* list = add_command(*group, "list", "campaigns, the newest first",
                                 "webpush campaign list --site default");
    auto site = std::make_shared<std::string>();
    list->add_option("--site", *site, "only this site's");
    list->callback([&session, site] { list_campaigns(session, *site); });
}

}  // namespace webpush_cli
