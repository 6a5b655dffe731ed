#include "status_report.h"
#include "webpush/json_out.h"
#include "webpush/version.h"

namespace ngx_webpush {
namespace {

using webpush::JsonWriter;

void write_outcomes(JsonWriter& json, RequestKind kind, const CountsByKind& counts) {
    json.key(name(kind));
    json.begin_object();
    for (std::size_t outcome = 1; outcome < outcome_count; ++outcome) {
        std::uint64_t count = counts[static_cast<std::size_t>(kind)][outcome];
        if (is_shown(kind, static_cast<Outcome>(outcome), count)) {
            json.member(name(static_cast<Outcome>(outcome)), count);
        }
    }
    json.end_object();
}

void write_requests(JsonWriter& json, const SiteStatus& site) {
    for (std::size_t kind = 1; kind < request_kind_count; ++kind) {
        write_outcomes(json, static_cast<RequestKind>(kind), site.requests);
    }
}

void write_events(JsonWriter& json, const SiteStatus& site) {
    for (std::size_t kind = 1; kind < request_kind_count; ++kind) {
        if (is_event(static_cast<RequestKind>(kind))) {
            write_outcomes(json, static_cast<RequestKind>(kind), site.events);
        }
    }
}

void write_visits(JsonWriter& json, const SiteStatus& site) {
    for (std::size_t i = 0; i < visit_result_count; ++i) {
        auto result = static_cast<VisitResult>(i);
        if (is_shown(result, site.visits[i])) { json.member(name(result), site.visits[i]); }
    }
}

void write_landings(JsonWriter& json, const SiteStatus& site) {
    for (std::size_t i = 0; i < site.landings.size(); ++i) {
        json.key(landing_name(i));
        json.begin_object();
        for (std::size_t k = 0; k < site.landings[i].size(); ++k) {
            std::uint64_t count = site.landings[i][k];
            if (count > 0) { json.member(std::to_string(k + 1) + "xx", count); }
        }
        json.end_object();
    }
}

void write_limited(JsonWriter& json, const SiteStatus& site) {
    for (std::size_t i = 0; i < limit_count; ++i) {
        json.member(name(static_cast<Limit>(i)), site.limited[i]);
    }
}

// An object of each site by its name.
void write_sites(JsonWriter& json, const StatusReport& report, std::string_view key,
                 void (*write)(JsonWriter&, const SiteStatus&)) {
    json.key(key);
    json.begin_object();
    for (const SiteStatus& site : report.sites) {
        json.key(site.name);
        json.begin_object();
        write(json, site);
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

void write_space(JsonWriter& json, const SpaceStatus& space) {
    json.begin_object();
    json.member("refused", space.refused);
    json.member("min_free", space.min_free);
    if (space.measured) {
        json.member("free", space.free);
        json.member("short", space.reached);
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
    write_sites(json, report, "sites", write_requests);
    write_sites(json, report, "events", write_events);
    write_sites(json, report, "visits", write_visits);
    write_sites(json, report, "landings", write_landings);
    write_sites(json, report, "limited", write_limited);
    json.key("logs");
    json.begin_object();
    for (std::size_t i = 0; i < report.logs.size(); ++i) {
        json.key(log_name(i));
        write_log(json, report.logs[i], report.directory_measured);
    }
    json.end_object();
    json.key("space");
    write_space(json, report.space);
    json.key("sync");
    write_sync(json, report.sync);
    json.end_object();
    return out;
}

}  // namespace ngx_webpush
