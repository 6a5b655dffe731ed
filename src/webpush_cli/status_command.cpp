// webpush status
#include "answer.h"
#include "commands.h"
#include "table.h"

namespace webpush_cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) { list += (list.empty() ? "" : ", ") + word; }
    return list;
}

std::string lag_text(std::int64_t milliseconds) {
    const std::string tenths = std::to_string(milliseconds / 100 % 10);
    return std::to_string(milliseconds / 1000) + "." + tenths + " s behind";
}

void print_alarms(const Session& session, const webpush::JsonObject& status) {
    for (const auto& alarm : objects(status, "alarms")) {
        const std::string site = text(alarm, "site");
        std::string head = "alarm " + printable(text(alarm, "key"));
        if (!site.empty()) { head += ", site " + printable(site); }
        head += ", since " + printable(text(alarm, "since"));
        const std::int64_t messages = number(alarm, "count");
        if (messages > 0) { head += ", messages concerned: " + grouped(messages); }
        session.print("\n" + session.terminal.bold(head) + "\n" + printable(text(alarm, "text")) +
                      "\n");
    }
}

void print_status(const Session& session, const std::string& body) {
    const Answer answer(body);
    const auto& status = answer.root();
    Table table({"", ""});
    table.add({"webpushd", text(status, "version")});
    table.add({"roles", joined(texts(status, "roles"))});
    if (const auto database = status.object("database"); database.ok()) {
        table.add({"database", "PostgreSQL " + text(*database, "version") + ", " +
                                   text(*database, "kind")});
    }
    table.add({"sites", grouped(number(status, "sites"))});
    table.add({"subscriptions", grouped(number(status, "subscriptions"))});
    for (const auto& source : objects(status, "ingest")) {
        table.add({"log " + text(source, "source"), lag_text(number(source, "lag_ms"))});
    }
    table.add({"open runs", grouped(number(status, "runs_open"))});
    table.add({"deferred", grouped(number(status, "deferred"))});
    table.add({"waiting for", text(status, "waiting")});
    session.print(table.text(session.terminal));
    for (const std::string& name : texts(status, "sites_not_ready")) {
        session.print("\nSite " + printable(name) + " cannot send yet: webpush site set " +
                      printable(name) +
                      " --origin https://shop.example --contact mailto:you@shop.example\n");
    }
    print_alarms(session, status);
}

}  // namespace

void add_status_command(CLI::App& app, Session& session) {
    CLI::App* command = add_command(app, "status", "how webpushd is doing", "webpush status");
    command->callback([&session] {
        const std::string body = session.client().get("/v1/status");
        if (!session.print_json(body)) { print_status(session, body); }
    });
}

}  // namespace webpush_cli
