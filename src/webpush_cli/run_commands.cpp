// webpush run pause | resume | cancel | show | list
#include <memory>

#include "answer.h"
#include "commands.h"
#include "run_state.h"
#include "table.h"

namespace webpush_cli {
namespace {

using webpush::JsonObject;

void print_run(const Session& session, const std::string& body) {
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    const JsonObject& run = answer.root();
    Table table({"", ""});
    table.add({"run", std::to_string(number(run, "id"))});
    table.add({"of", owner_text(run)});
    table.add({"name", text(run, "name")});
    table.add({"site", text(run, "site")});
    table.add({"state", state_text(run)});
    table.add({"started", text(run, "starts_at")});
    if (run.has("finished_at")) { table.add({"finished", text(run, "finished_at")}); }
    table.add({"audience", grouped(number(run, "audience"))});
    table.add({"handled", grouped(number(run, "handled"))});
    table.add({"accepted", grouped(number(run, "accepted"))});
    table.add({"waiting", grouped(number(run, "deferred"))});
    if (text(run, "state") == "cancelled") {
        table.add({"never sent", grouped(number(run, "never_sent"))});
    }
    session.print(table.text(session.terminal));
}

void list_runs(Session& session, const std::string& site) {
    Client& client = session.client();
    const std::string filter = site.empty() ? "" : "?site=" + client.escape(site);
    const std::string body = client.get("/v1/runs" + filter);
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    Table table({">RUN", "OF", "SITE", "NAME", "STATE", "STARTED", ">AUDIENCE"});
    for (const auto& run : objects(answer.root(), "runs")) {
        table.add({std::to_string(number(run, "id")), owner_text(run), text(run, "site"),
                   text(run, "name"), text(run, "state"), text(run, "starts_at"),
                   grouped(number(run, "audience"))});
    }
    session.print(table.empty() ? "No run yet. Send something: webpush campaign send --help\n"
                                : table.text(session.terminal));
}

// A command that posts to the run and shows what it is like then.
void add_change(CLI::App& group, Session& session, const char* name, const char* about) {
    const std::string example = std::string("webpush run ") + name + " 1";
    CLI::App* command = add_command(group, name, about, example.c_str());
    auto id = std::make_shared<std::int64_t>();
    add_id(*command, "ID", *id, "the run's number")->required();
    command->callback([&session, id, action = std::string(name)] {
        const std::string path = "/v1/runs/" + std::to_string(*id) + "/" + action;
        print_run(session, session.client().post(path, "{}"));
    });
}

}  // namespace

void add_run_commands(CLI::App& app, Session& session) {
    CLI::App* group =
        add_command(app, "run", "what is being sent, and holding it up", "webpush run pause 1");
    group->require_subcommand(1);
    add_change(*group, session, "pause", "send nothing more of a run, until it is resumed");
    add_change(*group, session, "resume", "go on with a paused run");
    add_change(*group, session, "cancel", "send nothing more of a run, ever");

    CLI::App* show = add_command(*group, "show", "how far a run is", "webpush run show 1");
    auto id = std::make_shared<std::int64_t>();
    add_id(*show, "ID", *id, "the run's number")->required();
    show->callback([&session, id] {
        print_run(session, session.client().get("/v1/runs/" + std::to_string(*id)));
    });

    CLI::App* list =
        add_command(*group, "list", "runs, the newest first", "webpush run list --site default");
    auto site = std::make_shared<std::string>();
    list->add_option("--site", *site, "only this site's");
    list->callback([&session, site] { list_runs(session, *site); });
}

}  // namespace webpush_cli
