#include <algorithm>

#include "answer.h"
#include "run_report.h"
#include "run_state.h"
#include "table.h"

namespace webpush_cli {
namespace {

using webpush::JsonObject;

constexpr int bar_width = 20;

// Builds the report's first table: what, how many, which part of what is above it.
class FigureTable {
public:
    explicit FigureTable(const Terminal& terminal)
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

void add_reasons(FigureTable& table, const JsonObject& report, const char* member) {
    for (const auto& count : objects(report, member)) {
        table.add("  " + text(count, "reason"), number(count, "n"));
    }
}

void add_outcomes(FigureTable& table, const JsonObject& report) {
    const std::int64_t audience = number(report, "audience");
    const std::int64_t accepted = number(report, "accepted");
    const std::int64_t in_doubt = number(report, "in_doubt");
    table.add("audience", audience);
    table.add_rate("accepted", accepted, part_of(accepted, audience));
    table.add("gone", number(report, "gone"), "their subscriptions have ended");
    table.add("key mismatch", number(report, "key_mismatch"));
    table.add("expired", number(report, "expired"));
    add_reasons(table, report, "expired_by_reason");
    table.add("dropped", number(report, "dropped"));
    add_reasons(table, report, "dropped_by_reason");
    table.add("failed", number(report, "failed"));
    add_reasons(table, report, "failed_by_reason");
    if (text(report, "state") == "cancelled") {
        table.add("never sent", number(report, "never_sent"), "the run was cancelled before");
    }
    table.add("held", number(report, "deferred"));
    add_reasons(table, report, "deferred_by_reason");
    table.add("in doubt", in_doubt, in_doubt > 0 ? "may have been sent before a crash, too" : "");
}

void add_reactions(FigureTable& table, const JsonObject& report) {
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
    std::string line = "Run " + std::to_string(number(report, "id")) + ", " +
                       owner_text(report) + " \"" + text(report, "name") +
                       "\", site " + text(report, "site") + ": " + state_text(report) +
                       "\nstarted " + text(report, "starts_at");
    if (report.has("finished_at")) { line += ", finished " + text(report, "finished_at"); }
    return line;
}

std::vector<JsonObject> busy_slots(const JsonObject& report) {
    const auto over_time = report.object("over_time");
    if (!over_time.ok()) { return {}; }
    auto slots = objects(*over_time, "slots");
    std::erase_if(slots, [](const JsonObject& slot) {
        return number(slot, "accepted") == 0 && number(slot, "shown") == 0 &&
               number(slot, "closed") == 0 && number(slot, "clicks") == 0;
    });
    return slots;
}

// What of the run happened when; the bars tell the shown ones, against the busiest time.
std::string time_table(const Terminal& terminal, const JsonObject& report) {
    const auto slots = busy_slots(report);
    std::int64_t most = 1;
    for (const auto& slot : slots) { most = std::max(most, number(slot, "shown")); }
    Table table({"FROM (UTC)", ">ACCEPTED", ">CLOSED", ">CLICKS", ">SHOWN", ""});
    for (const auto& slot : slots) {
        const std::int64_t shown = number(slot, "shown");
        table.add({text(slot, "at"), grouped(number(slot, "accepted")),
                   grouped(number(slot, "closed")), grouped(number(slot, "clicks")), grouped(shown),
                   terminal.bar(part_of(shown, most).value_or(0), bar_width)});
    }
    return slots.empty() ? "" : "\n" + table.text(terminal);
}

}  // namespace

std::string run_report_text(const Terminal& terminal, const JsonObject& report) {
    FigureTable table(terminal);
    add_outcomes(table, report);
    add_reactions(table, report);
    return printable_lines(headline(report)) + "\n\n" + table.text() + time_table(terminal, report);
}

}  // namespace webpush_cli
