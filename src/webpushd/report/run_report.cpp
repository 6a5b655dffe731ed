#include "run_report.h"

#include <utility>

#include "webpush/platform.h"

namespace webpushd {
namespace {

using webpush::Platform;

constexpr Platform all_platforms[] = {
    Platform::unknown,         Platform::chrome_desktop, Platform::chrome_android,
    Platform::edge,            Platform::samsung,        Platform::opera,
    Platform::firefox_desktop, Platform::firefox_android, Platform::safari_macos,
    Platform::safari_ios,
};

std::vector<std::string_view> silent_platforms() {
    std::vector<std::string_view> names;
    for (const Platform platform : all_platforms) {
        if (!webpush::reports_shown(platform)) { names.push_back(webpush::name(platform)); }
    }
    return names;
}

std::optional<double> ratio(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) { return std::nullopt; }
    return static_cast<double>(part) / static_cast<double>(whole);
}

// What is not one of the others has failed: no delivery is lost from the sum.
std::int64_t& counter_of(RunProgress& progress, std::string_view outcome) {
    if (outcome == "accepted") { return progress.accepted; }
    if (outcome == "dropped") { return progress.dropped; }
    if (outcome == "gone") { return progress.gone; }
    if (outcome == "key_mismatch") { return progress.key_mismatch; }
    if (outcome == "expired") { return progress.expired; }
    return progress.failed;
}

// nullptr: the reasons of this outcome are no part of the report.
std::vector<ReasonCount>* reasons_of(RunProgress& progress, const std::int64_t& counter) {
    if (&counter == &progress.dropped) { return &progress.drops; }
    if (&counter == &progress.expired) { return &progress.expirations; }
    if (&counter == &progress.failed) { return &progress.failures; }
    return nullptr;
}

void add_outcome(RunProgress& progress, OutcomeCount count) {
    std::int64_t& counter = counter_of(progress, count.outcome);
    counter += count.n;
    if (count.reason == "in_doubt") { progress.in_doubt += count.n; }
    if (auto* reasons = reasons_of(progress, counter)) {
        reasons->push_back({std::move(count.reason), count.n});
    }
}

void add_event(RunReport& report, EventCount event) {
    if (event.kind == "shown") {
        report.shown = event.unique;
    } else if (event.kind == "closed") {
        report.closed = event.unique;
    } else if (event.kind == "click") {
        report.clicks += event.total;
        report.actions.push_back(std::move(event));
    }
}

void write_reasons(webpush::JsonWriter& json, std::string_view name,
                   const std::vector<ReasonCount>& counts) {
    json.key(name);
    json.begin_array();
    for (const ReasonCount& count : counts) {
        json.begin_object();
        json.member("reason", count.reason);
        json.member("n", count.n);
        json.end_object();
    }
    json.end_array();
}

void write_actions(webpush::JsonWriter& json, const std::vector<EventCount>& actions) {
    json.key("clicks_by_action");
    json.begin_array();
    for (const EventCount& action : actions) {
        json.begin_object();
        json.member("action", action.action);
        json.member("clicked", action.unique);
        json.member("clicks", action.total);
        json.end_object();
    }
    json.end_array();
}

void write_rate(webpush::JsonWriter& json, std::string_view name, std::optional<double> rate) {
    json.key(name);
    if (rate) {
        json.value(*rate);
    } else {
        json.null();
    }
}

}  // namespace

std::int64_t RunProgress::handled() const {
    return accepted + dropped + gone + key_mismatch + expired + failed;
}

std::optional<double> RunReport::shown_rate() const { return ratio(shown, accepted_reporting); }

std::optional<double> RunReport::click_rate() const { return ratio(clicked, progress.accepted); }

RunProgress read_progress(Connection& db, std::int64_t run) {
    RunProgress progress;
    for (OutcomeCount& count : count_outcomes(db, run)) { add_outcome(progress, std::move(count)); }
    progress.waiting = count_deferred(db, run);
    for (const ReasonCount& count : progress.waiting) { progress.deferred += count.n; }
    return progress;
}

RunReport read_report(Connection& db, const Run& run) {
    RunReport report;
    report.progress = read_progress(db, run.id);
    report.accepted_reporting = report.progress.accepted -
                                count_accepted_by(db, run.month, run.id, silent_platforms());
    for (EventCount& event : count_events(db, run.month, run.id)) {
        add_event(report, std::move(event));
    }
    report.clicked = count_clickers(db, run.month, run.id);
    report.timeline = read_timeline(db, run);
    return report;
}

void write_progress(webpush::JsonWriter& json, const RunProgress& progress) {
    json.member("handled", progress.handled());
    json.member("accepted", progress.accepted);
    json.member("dropped", progress.dropped);
    json.member("gone", progress.gone);
    json.member("key_mismatch", progress.key_mismatch);
    json.member("expired", progress.expired);
    json.member("failed", progress.failed);
    json.member("deferred", progress.deferred);
    json.member("in_doubt", progress.in_doubt);
}

void write_report(webpush::JsonWriter& json, const RunReport& report) {
    write_progress(json, report.progress);
    write_reasons(json, "dropped_by_reason", report.progress.drops);
    write_reasons(json, "expired_by_reason", report.progress.expirations);
    write_reasons(json, "failed_by_reason", report.progress.failures);
    write_reasons(json, "deferred_by_reason", report.progress.waiting);
    json.member("accepted_reporting", report.accepted_reporting);
    json.member("shown", report.shown);
    json.member("closed", report.closed);
    json.member("clicked", report.clicked);
    json.member("clicks", report.clicks);
    write_actions(json, report.actions);
    write_rate(json, "shown_rate", report.shown_rate());
    write_rate(json, "click_rate", report.click_rate());
    json.key("over_time");
    write_timeline(json, report.timeline);
}

}  // namespace webpushd
