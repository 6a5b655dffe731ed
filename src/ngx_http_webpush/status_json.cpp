#include "status_report.h"
#include "webpush/json_out.h"
#include "webpush/version.h"

namespace ngx_webpush {
namespace {

using webpush::JsonWriter;

void write_requests(JsonWriter& json, const SiteStatus& site) {
    json.begin_object();
    for (std::size_t kind = 1; kind < request_kind_count; ++kind) {
        json.key(name(static_cast<RequestKind>(kind)));
        json.begin_object();
        for (std::size_t outcome = 1; outcome < outcome_count; ++outcome) {
            std::uint64_t count = site.requests[kind][outcome];
            if (is_shown(static_cast<RequestKind>(kind), static_cast<Outcome>(outcome), count)) {
                json.member(name(static_cast<Outcome>(outcome)), count);
            }
        }
        json.end_object();
    }
    json.end_object();
}

void write_log(JsonWriter& json, const LogStatus& log, bool directory_measured) {
    json.begin_object();
    json.member("records", log.records);
    json.member("bytes", log.bytes);
    json.member("errors", log.errors);
    if (directory_measured) {
        json.member("files", log.files);
        json.member("size", log.size);
    }
    json.end_object();
}

void write_sync(JsonWriter& json, const SyncStatus& sync) {
    json.begin_object();
    json.member("count", sync.count);
    json.member("seconds", sync.seconds);
    json.key("buckets");
    json.begin_array();
    for (std::size_t i = 0; i < sync.buckets.size(); ++i) {
        json.begin_object();
        if (i < sync_bounds.size()) {
            json.member("up_to", static_cast<double>(sync_bounds[i]) / 1'000'000);
        }
        json.member("count", sync.buckets[i]);
        json.end_object();
    }
    json.end_array();
    json.member("queue", sync.queue);
    json.member("longest_queue", sync.longest_queue);
    json.member("queue_limit", sync.queue_limit);
    json.member("refused", sync.refused);
    json.end_object();
}

}  // namespace

std::string status_json(const StatusReport& report) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("version", webpush::version);
    json.member("edge", report.edge);
    json.member("started", report.started);
    json.member("configured", report.configured);
    json.member("workers", report.workers);
    json.key("sites");
    json.begin_object();
    for (const SiteStatus& site : report.sites) {
        json.key(site.name);
        write_requests(json, site);
    }
    json.end_object();
    json.key("logs");
    json.begin_object();
    for (std::size_t i = 0; i < report.logs.size(); ++i) {
        json.key(log_name(i));
        write_log(json, report.logs[i], report.directory_measured);
    }
    json.end_object();
    json.key("sync");
    write_sync(json, report.sync);
    json.end_object();
    return out;
}

}  // namespace ngx_webpush
