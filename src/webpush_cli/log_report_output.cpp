#include "log_report_output.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "csv.h"
#include "table.h"
#include "webpush/json_out.h"
#include "webpush/utc_time.h"

namespace webpush_cli {
namespace {

using webpush::JsonWriter;

constexpr int bar_width = 20;
constexpr std::int64_t day_seconds = 86400;

std::string day_text(LogDay day) { return webpush::utc_day(day * day_seconds); }

std::string name_of(const RunNames& names, const LogRunKey& key) {
    const auto found = names.find(key);
    return found == names.end() ? "" : found->second.name;
}

std::string run_text(const LogRunKey& key) {
    return key.second == 0 ? "" : std::to_string(key.second);
}

// Of the browsers that showed it: logs do not tell how many were sent to. Safari clicks but does not
// say that it shows.
std::optional<double> click_rate(const LogCounts& counts) {
    if (counts.shown <= 0) { return std::nullopt; }
    return static_cast<double>(counts.clicked) / static_cast<double>(counts.shown);
}

bool has_visits_or_prompts(const LogCounts& counts) {
    return counts.visits > 0 || std::any_of(counts.prompts.begin(), counts.prompts.end(),
                                            [](std::int64_t n) { return n > 0; });
}

std::string run_table(const Terminal& terminal, const LogFigures& figures, const RunNames& names) {
    Table table({">RUN", "NAME", "SITE", ">SHOWN", ">CLOSED", ">CLICKS", ">CLICKED", ">OF SHOWN", ""});
    for (const auto& [key, counts] : figures.by_run()) {
        const auto part = click_rate(counts);
        table.add({run_text(key), name_of(names, key), key.first, grouped(counts.shown),
                   grouped(counts.closed), grouped(counts.clicks), grouped(counts.clicked),
                   part ? percent(*part) : "", part ? terminal.bar(*part, bar_width) : ""});
    }
    return table.empty() ? "" : table.text(terminal) + "\n";
}

std::string day_table(const Terminal& terminal, const LogFigures& figures, const RunNames& names) {
    Table table({"DAY (UTC)", "SITE", ">RUN", "NAME", ">SHOWN", ">CLOSED", ">CLICKS", ">CLICKED",
                 ">SUBSCRIBED", ">LEFT"});
    for (const auto& [key, counts] : figures.by_day()) {
        const auto& [day, run] = key;
        const bool of_run = run.second != 0;
        const auto cell = [](bool is_known, std::int64_t count) {
            return is_known ? grouped(count) : std::string();
        };
        table.add({day_text(day), run.first, run_text(run), name_of(names, run),
                   cell(of_run, counts.shown), cell(of_run, counts.closed),
                   cell(of_run, counts.clicks), cell(of_run, counts.clicked),
                   cell(!of_run, counts.subscribed), cell(!of_run, counts.left)});
    }
    return table.empty() ? "" : table.text(terminal) + "\n";
}

std::string site_table(const Terminal& terminal, const LogFigures& figures) {
    Table table({"DAY (UTC)", "SITE", ">VISITS", ">ASKED", ">ACCEPTED", ">DISMISSED", ">GRANTED",
                 ">DENIED", ">DEFAULT"});
    for (const auto& [key, counts] : figures.by_day()) {
        if (key.second.second != 0 || !has_visits_or_prompts(counts)) { continue; }
        std::vector<std::string> row = {day_text(key.first), key.second.first, grouped(counts.visits)};
        for (const std::int64_t n : counts.prompts) { row.push_back(grouped(n)); }
        table.add(row);
    }
    return table.empty() ? "" : table.text(terminal) + "\n";
}

void write_site_counts(JsonWriter& json, const LogCounts& counts) {
    json.member("subscribed", counts.subscribed);
    json.member("left", counts.left);
    json.member("visits", counts.visits);
    json.key("prompt");
    json.begin_object();
    for (std::size_t i = 0; i < counts.prompts.size(); ++i) {
        json.member(webpush::name(prompt_steps[i]), counts.prompts[i]);
    }
    json.end_object();
}

void write_run_counts(JsonWriter& json, const LogCounts& counts) {
    json.member("shown", counts.shown);
    json.member("clicked", counts.clicked);
    json.member("clicks", counts.clicks);
    json.member("closed", counts.closed);
}

void write_runs(JsonWriter& json, const LogFigures& figures, const RunNames& names) {
    json.key("runs");
    json.begin_array();
    for (const auto& [key, counts] : figures.by_run()) {
        json.begin_object();
        json.member("run", key.second);
        json.member("site", key.first);
        json.member_if("name", name_of(names, key));
        write_run_counts(json, counts);
        json.end_object();
    }
    json.end_array();
}

void write_day(JsonWriter& json, LogDay day, const LogRunKey& run, const LogCounts& counts,
               const RunNames& names) {
    json.begin_object();
    json.member("day", day_text(day));
    json.member("site", run.first);
    json.key("run");
    if (run.second == 0) {
        json.null();
    } else {
        json.value(run.second);
    }
    json.member_if("name", name_of(names, run));
    write_run_counts(json, counts);
    write_site_counts(json, counts);
    json.end_object();
}

}  // namespace

std::string lines_read(const LogFigures& figures) {
    return grouped(figures.lines()) + " lines read, " + grouped(figures.unreadable()) +
           " of them could not be understood";
}

std::string log_report_text(const Terminal& terminal, const LogFigures& figures,
                            const RunNames& names) {
    return run_table(terminal, figures, names) + day_table(terminal, figures, names) +
           site_table(terminal, figures) +
           lines_read(figures) + "\n";
}

std::string log_report_csv(const LogFigures& figures, const RunNames& names) {
    std::string lines = csv_line({"day", "site", "run", "name", "shown", "clicked", "clicks",
                                  "closed", "subscribed", "left", "visits", "prompt_shown",
                                  "prompt_accepted", "prompt_dismissed", "prompt_granted",
                                  "prompt_denied", "prompt_default"});
    for (const auto& [key, counts] : figures.by_day()) {
        const auto& [day, run] = key;
        std::vector<std::string> cells = {day_text(day), run.first, run_text(run), name_of(names, run),
                           std::to_string(counts.shown), std::to_string(counts.clicked),
                           std::to_string(counts.clicks), std::to_string(counts.closed),
                           std::to_string(counts.subscribed), std::to_string(counts.left),
                           std::to_string(counts.visits)};
        for (const std::int64_t n : counts.prompts) { cells.push_back(std::to_string(n)); }
        lines += csv_line(cells);
    }
    return lines;
}

std::string log_report_json(const LogFigures& figures, const RunNames& names) {
    const auto days = figures.by_day();
    LogCounts total;
    for (const auto& [key, counts] : days) { total += counts; }
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("lines", figures.lines());
    json.member("unreadable", figures.unreadable());
    write_site_counts(json, total);
    write_runs(json, figures, names);
    json.key("days");
    json.begin_array();
    for (const auto& [key, counts] : days) {
        write_day(json, key.first, key.second, counts, names);
    }
    json.end_array();
    json.end_object();
    return out + "\n";
}

}  // namespace webpush_cli
