#include "handlers.h"
#include "report/run_report.h"
#include "run_json.h"
#include "store/campaign_store.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::Result;

Result<Run> wanted_run(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    auto run = find_run(call.db, *id);
    if (!run) { return not_found("no run " + std::to_string(*id)); }
    return std::move(*run);
}

}  // namespace

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
    write_report(json, read_report(call.db, *run));
    json.end_object();
    return response;
}

}  // namespace webpushd
