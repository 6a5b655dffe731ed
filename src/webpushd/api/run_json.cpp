#include "run_json.h"

#include <algorithm>

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
    json.member("message", run.message);
    json.member("site", run.site_name);
    json.member("name", run.name);
    json.member("state", run.state);
    member_or_null(json, "pause_reason", run.pause_reason);
    member_or_null(json, "pause_detail", run.pause_detail);
    json.member("starts_at", run.starts_at);
    json.member("active_until", run.active_until);
    member_or_null(json, "planned_at", run.planned_at);
    member_or_null(json, "finished_at", run.finished_at);
    json.member("audience", run.audience);
}

void write_run(webpush::JsonWriter& json, const Run& run, const RunProgress& progress) {
    json.begin_object();
    write_run_members(json, run);
    write_never_sent(json, run, progress);
    write_progress(json, progress);
    json.end_object();
}

void write_never_sent(webpush::JsonWriter& json, const Run& run, const RunProgress& progress) {
    const std::int64_t left = std::max<std::int64_t>(0, run.audience - progress.handled());
    json.member("never_sent", run.state == "cancelled" ? left : 0);
}

}  // namespace webpushd
