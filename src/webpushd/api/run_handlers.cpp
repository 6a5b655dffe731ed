#include "handlers.h"
#include "log.h"
#include "report/run_report.h"
#include "run_json.h"
#include "store/campaign_store.h"
#include "store/run_control.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::Result;

constexpr int page_size = 100;

Result<Run> wanted_run(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    auto run = find_run(call.db, *id);
    if (!run) { return not_found("no run " + std::to_string(*id)); }
    return std::move(*run);
}

// `done`: what is said of a run to which this was done: "run 5 is finished, it cannot be paused".
Result<Response> change(ApiCall& call, RunAction action, std::string_view done) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    const auto change = change_run(call.db, *id, action);
    if (!change) { return not_found("no run " + std::to_string(*id)); }
    if (!change->allowed) {
        return webpush::Error{webpush::Problem::conflict, "",
                              "run " + std::to_string(*id) + " is " + change->state +
                                  ", it cannot be " + std::string(done)};
    }
    if (change->changed) { log_info("run {}: {}, as asked", *id, done); }
    return show_run(call);
}

}  // namespace

// Without figures, which would be read for each of them.
Result<Response> list_runs(ApiCall& call) {
    const auto before = call.before();
    if (!before.ok()) { return before.error(); }
    const std::string message = call.query("message");
    const auto message_id = parse_id(message);
    if (!message.empty() && !message_id) {
        return webpush::Error{webpush::Problem::field_invalid, "message", "the id of a message"};
    }
    const auto runs = message_id ? runs_of_message(call.db, *message_id, *before, page_size)
                                 : recent_runs(call.db, call.query("site"), *before, page_size);
    Response response;
    webpush::JsonWriter json(response.body);
    json.begin_object();
    json.key("runs");
    json.begin_array();
    for (const Run& run : runs) {
        json.begin_object();
        write_run_members(json, run);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return response;
}

Result<Response> pause_run(ApiCall& call) { return change(call, RunAction::pause, "paused"); }

Result<Response> resume_run(ApiCall& call) { return change(call, RunAction::resume, "resumed"); }

Result<Response> cancel_run(ApiCall& call) { return change(call, RunAction::cancel, "cancelled"); }

Result<Response> show_run(ApiCall& call) {
    const auto run = wanted_run(call);
    if (!run.ok()) { return run.error(); }
    Response response;
    webpush::JsonWriter json(response.body);
    write_run(json, *run, read_progress(call.db, run->id));
    return response;
}

Result<Response> show_run_report(ApiCall& call) {
    const auto run = wanted_run(call);
    if (!run.ok()) { return run.error(); }
    Response response;
    webpush::JsonWriter json(response.body);
    json.begin_object();
    write_run_members(json, *run);
    const RunReport report = read_report(call.db, *run);
    write_never_sent(json, *run, report.progress);
    write_report(json, report);
    json.end_object();
    return response;
}

}  // namespace webpushd
