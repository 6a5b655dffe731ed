#include "doctor/finding_text.h"

#include <algorithm>

#include "webpush/json_out.h"

namespace webpush_cli::doctor {
namespace {

constexpr std::size_t state_width = 9;

const char* name_of(State state) {
    switch (state) {
        case State::ok: return "ok";
        case State::skipped: return "skipped";
        case State::warning: return "warning";
        case State::problem: return "problem";
    }
    return "";
}

const char* colour_of(State state) {
    switch (state) {
        case State::ok: return "\033[32m";
        case State::skipped: return "\033[2m";
        case State::warning: return "\033[33m";
        case State::problem: return "\033[31m";
    }
    return "";
}

std::string state_cell(State state, const Terminal& terminal) {
    const std::string name = name_of(state);
    const std::string space(state_width - name.size(), ' ');
    return terminal.colour ? colour_of(state) + name + "\033[0m" + space : name + space;
}

// Lines of advice one below the other.
std::string indented(const std::string& advice, std::size_t columns) {
    const std::string space(columns, ' ');
    std::string text = space;
    for (const char c : printable_lines(advice)) {
        text += c;
        if (c == '\n') { text += space; }
    }
    return text + "\n";
}

std::string counted(int number, const std::string& one, const std::string& more) {
    return std::to_string(number) + " " + (number == 1 ? one : more);
}

std::string summary(const Findings& findings) {
    std::string text = counted(count(findings, State::problem), "problem", "problems") + ", " +
                       counted(count(findings, State::warning), "warning", "warnings") + ", " +
                       std::to_string(count(findings, State::ok)) + " ok";
    const int skipped = count(findings, State::skipped);
    return skipped == 0 ? text : text + ", " + std::to_string(skipped) + " skipped";
}

}  // namespace

int count(const Findings& findings, State state) {
    return static_cast<int>(std::count_if(findings.begin(), findings.end(),
                                          [state](const Finding& f) { return f.state == state; }));
}

std::string findings_text(const Findings& findings, const Terminal& terminal) {
    std::size_t width = 0;
    for (const Finding& finding : findings) {
        width = std::max(width, finding.what.size());
    }

    std::string text;
    std::string group;
    for (const Finding& finding : findings) {
        if (finding.group != group) {
            text += (group.empty() ? "" : "\n") + terminal.bold(finding.group) + "\n";
            group = finding.group;
        }
        const std::string space(width - finding.what.size() + 2, ' ');
        text += "  " + state_cell(finding.state, terminal) + finding.what + space +
                printable(finding.found) + "\n";
        if (!finding.advice.empty()) {
            text += indented(finding.advice, 2 + state_width + width + 2);
        }
    }
    return text + "\n" + summary(findings) + "\n";
}

std::string findings_json(const Findings& findings) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    json.key("checks");
    json.begin_array();
    for (const Finding& finding : findings) {
        json.begin_object();
        json.member("group", finding.group);
        json.member("check", finding.what);
        json.member("state", name_of(finding.state));
        json.member("found", finding.found);
        json.member_if("advice", finding.advice);
        json.end_object();
    }
    json.end_array();
    json.member("ok", count(findings, State::ok));
    json.member("skipped", count(findings, State::skipped));
    json.member("warnings", count(findings, State::warning));
    json.member("problems", count(findings, State::problem));
    json.end_object();
    return text;
}

}  // namespace webpush_cli::doctor
