#include "answer.h"
#include "csv.h"
#include "run_report.h"

namespace webpush_cli {
namespace {

using webpush::JsonObject;

constexpr const char* figures[] = {
    "audience", "handled",  "accepted", "accepted_reporting", "gone",   "key_mismatch",
    "expired",  "dropped",  "failed",   "deferred",           "in_doubt", "shown",
    "closed",   "clicked",  "clicks",
};

std::string value(const JsonObject& json, const char* name) {
    return std::to_string(number(json, name));
}

std::string reasons(const JsonObject& report, const std::string& figure) {
    std::string lines;
    for (const auto& count : objects(report, figure + "_by_reason")) {
        lines += csv_line({figure, text(count, "reason"), "", value(count, "n")});
    }
    return lines;
}

std::string buttons(const JsonObject& report) {
    std::string lines;
    for (const auto& action : objects(report, "clicks_by_action")) {
        if (text(action, "action").empty()) { continue; }
        lines += csv_line({"clicked", text(action, "action"), "", value(action, "clicked")});
        lines += csv_line({"clicks", text(action, "action"), "", value(action, "clicks")});
    }
    return lines;
}

std::string slots(const JsonObject& report) {
    std::string lines;
    const auto over_time = report.object("over_time");
    if (!over_time.ok()) { return lines; }
    for (const auto& slot : objects(*over_time, "slots")) {
        for (const char* figure : {"accepted", "shown", "closed", "clicks"}) {
            lines += csv_line({figure, "", text(slot, "at"), value(slot, figure)});
        }
    }
    return lines;
}

}  // namespace

std::string run_report_csv(const JsonObject& report) {
    std::string lines = csv_line({"figure", "detail", "time", "value"});
    for (const char* figure : figures) {
        lines += csv_line({figure, "", "", value(report, figure)});
    }
    for (const char* name : {"shown_rate", "click_rate"}) {
        const auto part = report.raw(name);
        lines += csv_line({name, "", "", report.has(name) ? part.value_or("") : ""});
    }
    for (const char* figure : {"dropped", "expired", "failed", "deferred"}) {
        lines += reasons(report, figure);
    }
    return lines + buttons(report) + slots(report);
}

}  // namespace webpush_cli
