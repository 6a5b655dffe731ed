// webpush report
#include <memory>

#include "answer.h"
#include "commands.h"
#include "failure.h"
#include "table.h"

namespace webpush_cli {
namespace {

using webpush::JsonObject;

constexpr int bar_width = 20;

struct ReportOptions {
    std::int64_t run = 0;
    std::int64_t campaign = 0;
};

// Builds the report's one table: what, how many, which part of what is above it.
class ReportTable {
public:
    explicit ReportTable(const Terminal& terminal)
        : terminal_(terminal), table_({"", ">", ">", "", ""}) {}

    void add(const std::string& what, std::int64_t count, const std::string& note = {}) {
        table_.add({what, grouped(count), "", "", note});
    }

    void add_rate(const std::string& what, std::int64_t count, std::optional<double> part,
                  const std::string& note = {}) {
        table_.add({what, grouped(count), part ? percent(*part) : "",
                    part ? terminal_.bar(*part, bar_width) : "", note});
    }

    std::string text() const { return table_.text(terminal_); }

private:
    const Terminal& terminal_;
    Table table_;
};

std::optional<double> part_of(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) { return std::nullopt; }
    return static_cast<double>(part) / static_cast<double>(whole);
}

void add_reasons(ReportTable& table, const JsonObject& report, const char* member) {
    for (const auto& count : objects(report, member)) {
        table.add("  " + text(count, "reason"), number(count, "n"));
    }
}

void add_outcomes(ReportTable& table, const JsonObject& report) {
    const std::int64_t audience = number(report, "audience");
    const std::int64_t accepted = number(report, "accepted");
    table.add("audience", audience);
    table.add_rate("accepted", accepted, part_of(accepted, audience));
    table.add("gone", number(report, "gone"), "their subscriptions have ended");
    table.add("key mismatch", number(report, "key_mismatch"));
    table.add("expired", number(report, "expired"));
    table.add("dropped", number(report, "dropped"));
    table.add("failed", number(report, "failed"));
    add_reasons(table, report, "failed_by_reason");
    table.add("waiting", number(report, "deferred"));
    add_reasons(table, report, "deferred_by_reason");
}

void add_reactions(ReportTable& table, const JsonObject& report) {
    const std::int64_t clicked = number(report, "clicked");
    const std::int64_t clicks = number(report, "clicks");
    table.add_rate("shown", number(report, "shown"), rate(report, "shown_rate"),
                   "of " + grouped(number(report, "accepted_reporting")) +
                       " whose browsers report it");
    table.add("closed", number(report, "closed"));
    table.add_rate("clicked", clicked, rate(report, "click_rate"),
                   clicks == clicked ? "" : grouped(clicks) + " clicks");
    for (const auto& action : objects(report, "clicks_by_action")) {
        const std::string name = text(action, "action");
        if (!name.empty()) { table.add("  button " + name, number(action, "clicked")); }
    }
}

std::string headline(const JsonObject& report) {
    std::string line = "Run " + std::to_string(number(report, "id")) + ", campaign " +
                       std::to_string(number(report, "campaign")) + " \"" + text(report, "name") +
                       "\", site " + text(report, "site") + ": " + text(report, "state") +
                       "\nstarted " + text(report, "starts_at");
    if (report.has("finished_at")) { line += ", finished " + text(report, "finished_at"); }
    return line;
}

void print_report(const Session& session, const std::string& body) {
    const Answer answer(body);
    ReportTable table(session.terminal);
    add_outcomes(table, answer.root());
    add_reactions(table, answer.root());
    session.print(printable_lines(headline(answer.root())) + "\n\n" + table.text());
}

// The newest run of a campaign.
std::int64_t run_of(Session& session, std::int64_t campaign) {
    const std::string id = std::to_string(campaign);
    const Answer answer(session.client().get("/v1/campaigns/" + id));
    const auto runs = objects(answer.root(), "runs");
    if (runs.empty()) {
        throw Failure("campaign " + id + " has not been sent yet\nSend it: webpush campaign send " +
                      id);
    }
    return number(runs.front(), "id");
}

void report(Session& session, ReportOptions options) {
    if (options.campaign != 0) { options.run = run_of(session, options.campaign); }
    const std::string path = "/v1/runs/" + std::to_string(options.run) + "/report";
    const std::string body = session.client().get(path);
    if (!session.print_json(body)) { print_report(session, body); }
}

}  // namespace

void add_report_command(CLI::App& app, Session& session) {
    CLI::App* command = add_command(app, "report", "what became of a run",
                                    "webpush report 1\n  webpush report --campaign 1");
    auto options = std::make_shared<ReportOptions>();
    auto* which = command->add_option_group("which");
    add_id(*which, "RUN", options->run, "the run's number");
    add_id(*which, "--campaign", options->campaign, "the newest run of this campaign");
    which->require_option(1);
    command->callback([&session, options] { report(session, *options); });
}

}  // namespace webpush_cli
