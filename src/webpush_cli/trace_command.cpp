// webpush trace
#include <memory>

#include "answer.h"
#include "commands.h"
#include "figures_commands.h"
#include "table.h"

namespace webpush_cli {
namespace {

using webpush::JsonObject;

// ", claimed twice" and the like; "" when nobody has.
std::string claims_text(const JsonObject& work) {
    const std::int64_t claims = number(work, "claims");
    if (claims == 0) { return ""; }
    std::string line = claims == 1 ? ", claimed once" : ", claimed " + grouped(claims) + " times";
    const std::string until = text(work, "lease_until");
    return until.empty() ? line : line + ", lease until " + until;
}

void add_planned(Table& table, const JsonObject& trace) {
    if (const auto chunk = trace.object("chunk"); chunk.ok()) {
        table.add({text(*chunk, "not_before"), "planned",
                   "chunk " + std::to_string(number(*chunk, "id")) + ", " + text(*chunk, "state") +
                       claims_text(*chunk)});
    }
    if (const auto waiting = trace.object("waiting"); waiting.ok()) {
        table.add({text(*waiting, "not_before"), "due",
                   "waits singly: " + text(*waiting, "reason") + ", attempts so far: " +
                       std::to_string(number(*waiting, "attempt")) + claims_text(*waiting)});
    }
}

void add_delivery(Table& table, const JsonObject& trace) {
    const auto delivery = trace.object("delivery");
    if (!delivery.ok()) { return; }
    std::string line = text(*delivery, "outcome");
    if (const std::string reason = text(*delivery, "reason"); !reason.empty()) {
        line += " (" + reason + ")";
    }
    const std::int64_t status = number(*delivery, "status");
    line += status == 0 ? ", no answer" : ", HTTP " + std::to_string(status);
    line += ", attempts before: " + std::to_string(number(*delivery, "attempt"));
    if (const std::string reduced = text(*delivery, "reduced"); !reduced.empty()) {
        line += ", to fit without: " + reduced;
    }
    table.add({text(*delivery, "at"), "recorded", line});
}

void add_events(Table& table, const JsonObject& trace) {
    for (const auto& event : objects(trace, "events")) {
        const std::string action = text(event, "action");
        std::string line = action.empty() ? "" : "button " + action;
        if (event.has("late")) { line += line.empty() ? "late" : ", late"; }
        table.add({text(event, "at"), text(event, "kind"), line});
    }
}

void add_subscription(Table& table, const JsonObject& trace) {
    const auto subscription = trace.object("subscription_state");
    if (!subscription.ok()) { return; }
    const std::string reason = text(*subscription, "end_reason");
    if (reason.empty()) { return; }
    const std::string by = text(*subscription, "replaced_by");
    table.add({text(*subscription, "ended_at"), "subscription ended",
               by.empty() ? reason : reason + " by " + by});
}

std::string trace_text(const Terminal& terminal, const JsonObject& trace) {
    Table table({"TIME (UTC)", "", ""});
    table.add({text(trace, "starts_at"), "run starts", text(trace, "run_state")});
    add_planned(table, trace);
    add_delivery(table, trace);
    add_events(table, trace);
    add_subscription(table, trace);
    return "Run " + std::to_string(number(trace, "run")) + ", subscription " +
           printable(text(trace, "subscription")) + ": " + printable(text(trace, "stage")) +
           "\n\n" + table.text(terminal);
}

void show_trace(Session& session, std::int64_t run, const std::string& subscription) {
    Client& client = session.client();
    const std::string body = client.get("/v1/runs/" + std::to_string(run) + "/deliveries/" +
                                        client.escape(subscription));
    if (session.print_json(body)) { return; }
    const Answer answer(body);
    session.print(trace_text(session.terminal, answer.root()));
}

}  // namespace

void add_trace_command(CLI::App& app, Session& session) {
    CLI::App* command =
        add_command(app, "trace", "one message to one subscription, from start to click",
                    "webpush trace 1 b2qS1ZQxTkW0yR8nCk0h9w");
    auto run = std::make_shared<std::int64_t>();
    auto subscription = std::make_shared<std::string>();
    add_id(*command, "RUN", *run, "the run's number")->required();
    command->add_option("SUBSCRIPTION", *subscription, "the subscription's id")->required();
    command->callback([&session, run, subscription] { show_trace(session, *run, *subscription); });
}

}  // namespace webpush_cli
