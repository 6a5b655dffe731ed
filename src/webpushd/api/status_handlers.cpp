#include <string_view>

#include "handlers.h"
#include "store/alarm_store.h"
#include "store/status_store.h"
#include "webpush/json_out.h"
#include "webpush/version.h"

namespace webpushd {
namespace {

using webpush::JsonWriter;

// No chunk is loaded while an edge's log is further behind than this.
constexpr std::int64_t max_ingest_lag = 2000;

// Why open runs do not go on, if they do not.
std::string_view waiting_reason(const StatusFigures& figures) {
    if (figures.runs_open == 0) { return "nothing"; }
    if (figures.run_without_contact) { return "no contact"; }
    for (const IngestLag& source : figures.ingest) {
        if (source.milliseconds > max_ingest_lag) { return "ingest behind"; }
    }
    return "nothing";
}

void write_roles(JsonWriter& json, const Settings& settings) {
    json.key("roles");
    json.begin_array();
    if (settings.ingest) { json.value("ingest"); }
    if (settings.plan) { json.value("plan"); }
    if (settings.send) { json.value("send"); }
    if (settings.api) { json.value("api"); }
    json.end_array();
}

void write_ingest(JsonWriter& json, const std::vector<IngestLag>& sources) {
    json.key("ingest");
    json.begin_array();
    for (const IngestLag& source : sources) {
        json.begin_object();
        json.member("source", source.source);
        json.member("up_to", source.up_to);
        json.member("lag_ms", source.milliseconds);
        json.end_object();
    }
    json.end_array();
}

void write_alarms(JsonWriter& json, const std::vector<Alarm>& alarms) {
    json.key("alarms");
    json.begin_array();
    for (const Alarm& alarm : alarms) {
        json.begin_object();
        json.member("key", alarm.key);
        json.member_if("site", alarm.site);
        json.member("since", alarm.since);
        json.member("seen_at", alarm.seen_at);
        json.member("count", alarm.count);
        json.member("text", alarm.text);
        json.end_object();
    }
    json.end_array();
}

}  // namespace

webpush::Result<Response> show_status(ApiCall& call) {
    const StatusFigures figures = read_status(call.db);
    Response response;
    JsonWriter json(response.body);
    json.begin_object();
    json.member("version", webpush::version);
    write_roles(json, call.settings);
    json.key("database");
    json.begin_object();
    json.member("kind", call.settings.database.empty() ? "own" : "external");
    json.member("version", figures.server_version);
    json.member("time", figures.time);
    json.end_object();
    json.member("sites", figures.sites);
    json.key("sites_not_ready");
    json.begin_array();
    for (const std::string& name : figures.sites_not_ready) { json.value(name); }
    json.end_array();
    json.member("subscriptions", figures.subscriptions);
    write_ingest(json, figures.ingest);
    json.member("runs_open", figures.runs_open);
    json.member("deferred", figures.deferred);
    json.member("waiting", waiting_reason(figures));
    write_alarms(json, read_alarms(call.db));
    json.end_object();
    return response;
}

}  // namespace webpushd
