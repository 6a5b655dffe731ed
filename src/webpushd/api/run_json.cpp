#include "run_json.h"

namespace webpushd {
namespace {

void member_or_null(webpush::JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty()) {
        json.null();
    } else {
        json.value(text);
    }
}

}  // namespace

void write_run_members(webpush::JsonWriter& json, const Run& run) {
    json.member("id", run.id);
    json.member("campaign", run.campaign);
    json.member("site", run.site_name);
    json.member("name", run.name);
    json.member("state", run.state);
    json.member("starts_at", run.starts_at);
    json.member("active_until", run.active_until);
    member_or_null(json, "planned_at", run.planned_at);
    member_or_null(json, "finished_at", run.finished_at);
    json.member("audience", run.audience);
}

void write_run(webpush::JsonWriter& json, const Run& run, const RunProgress& progress) {
    json.begin_object();
    write_run_members(json, run);
    write_progress(json, progress);
    json.end_object();
}

}  // namespace webpushd
