#include "status_report.h"
#include "webpush/prometheus_text.h"
#include "webpush/version.h"

namespace ngx_webpush {
namespace {

using Metrics = webpush::PrometheusText;
constexpr auto label = webpush::prometheus_label;

void write_process(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_build_info", "gauge", "The module's version and the edge's id.");
    metrics.sample(label("version", webpush::version) + "," + label("edge", report.edge),
                   std::uint64_t{1});
    metrics.single("webpush_start_time_seconds", "gauge", "When nginx was started.",
                   report.started);
    metrics.single("webpush_config_time_seconds", "gauge", "When the configuration was loaded.",
                   report.configured);
    metrics.single("webpush_workers", "gauge", "Worker processes, those that drain included.",
                   report.workers);
}

std::string of_site(const SiteStatus& site, std::string_view name, std::string_view value) {
    return label("site", site.name) + "," + label(name, value);
}

void write_outcomes(Metrics& metrics, const SiteStatus& site, const CountsByKind& of_kinds,
                    RequestKind kind) {
    const auto& counts = of_kinds[static_cast<std::size_t>(kind)];
    for (std::size_t i = 1; i < outcome_count; ++i) {
        auto outcome = static_cast<Outcome>(i);
        if (!is_shown(kind, outcome, counts[i])) { continue; }
        metrics.sample(of_site(site, "event", name(kind)) + "," + label("result", name(outcome)),
                       counts[i]);
    }
}

void write_requests(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_requests_total", "counter",
                  "Requests by what they were about and what became of them.");
    for (const SiteStatus& site : report.sites) {
        for (std::size_t kind = 1; kind < request_kind_count; ++kind) {
            write_outcomes(metrics, site, site.requests, static_cast<RequestKind>(kind));
        }
    }
}

void write_events(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_events_total", "counter",
                  "Events of pages and service workers, those of a batch singly.");
    for (const SiteStatus& site : report.sites) {
        for (std::size_t i = 1; i < request_kind_count; ++i) {
            auto kind = static_cast<RequestKind>(i);
            if (is_event(kind)) { write_outcomes(metrics, site, site.events, kind); }
        }
    }
}

void write_visits(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_visits_total", "counter", "Page views of visitors with a cookie.");
    for (const SiteStatus& site : report.sites) {
        for (std::size_t i = 0; i < visit_result_count; ++i) {
            auto result = static_cast<VisitResult>(i);
            if (!is_shown(result, site.visits[i])) { continue; }
            metrics.sample(of_site(site, "result", name(result)), site.visits[i]);
        }
    }
}

void write_landings_of(Metrics& metrics, const SiteStatus& site, std::size_t index) {
    for (std::size_t i = 0; i < site.landings[index].size(); ++i) {
        std::uint64_t count = site.landings[index][i];
        if (count == 0) { continue; }
        metrics.sample(of_site(site, "of", landing_name(index)) + "," +
                           label("class", std::to_string(i + 1) + "xx"),
                       count);
    }
}

void write_landings(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_landing_answers_total", "counter", "Answers by status class.");
    for (const SiteStatus& site : report.sites) {
        for (std::size_t i = 0; i < site.landings.size(); ++i) {
            write_landings_of(metrics, site, i);
        }
    }
}

void write_limited(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_limit_refused_total", "counter", "What a limit has refused.");
    for (const SiteStatus& site : report.sites) {
        for (std::size_t i = 0; i < limit_count; ++i) {
            metrics.sample(of_site(site, "limit", name(static_cast<Limit>(i))), site.limited[i]);
        }
    }
}

void write_log_metric(Metrics& metrics, const StatusReport& report,
                      std::uint64_t LogStatus::*value) {
    for (std::size_t i = 0; i < report.logs.size(); ++i) {
        metrics.sample(label("log", log_name(i)), report.logs[i].*value);
    }
}

void write_logs(Metrics& metrics, const StatusReport& report) {
    metrics.begin("webpush_log_records_total", "counter", "Records written.");
    write_log_metric(metrics, report, &LogStatus::records);
    metrics.begin("webpush_log_written_bytes_total", "counter", "Octets written.");
    write_log_metric(metrics, report, &LogStatus::bytes);
    metrics.begin("webpush_log_errors_total", "counter", "Failed writes, syncs and the like.");
    write_log_metric(metrics, report, &LogStatus::errors);
    if (!report.directory_measured) { return; }
    metrics.begin("webpush_log_files", "gauge", "Files in the directory of the logs.");
    write_log_metric(metrics, report, &LogStatus::files);
    metrics.begin("webpush_log_size_bytes", "gauge", "Size of these files.");
    write_log_metric(metrics, report, &LogStatus::size);
}

void write_space(Metrics& metrics, const SpaceStatus& space) {
    metrics.single("webpush_log_space_refused_total", "counter",
                   "What was not recorded for want of room on the disk.", space.refused);
    metrics.single("webpush_log_min_free_bytes", "gauge", "Room that must stay free.",
                   space.min_free);
    if (!space.measured) { return; }
    metrics.single("webpush_log_free_bytes", "gauge", "Free room on the disk of the logs.",
                   space.free);
    metrics.single("webpush_log_space_short", "gauge", "1 while records are refused.",
                   std::uint64_t{space.reached ? 1U : 0U});
}

void write_sync(Metrics& metrics, const SyncStatus& sync) {
    metrics.begin("webpush_sync_duration_seconds", "histogram",
                  "Time to write and sync the records of one group of requests.");
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < sync_bounds.size(); ++i) {
        below += sync.buckets[i];
        double bound = static_cast<double>(sync_bounds[i]) / 1'000'000;
        metrics.sample(label("le", webpush::prometheus_number(bound)), below, "_bucket");
    }
    metrics.sample(label("le", "+Inf"), sync.count, "_bucket");
    metrics.sample("", sync.seconds, "_sum");
    metrics.sample("", sync.count, "_count");

    metrics.single("webpush_sync_queue_length", "gauge",
                   "Requests of all workers that wait for their next sync.", sync.queue);
    metrics.single("webpush_sync_queue_longest", "gauge",
                   "The longest queue that a worker had since the start.", sync.longest_queue);
    metrics.single("webpush_sync_queue_limit", "gauge", "The longest queue that a worker may have.",
                   sync.queue_limit);
    metrics.single("webpush_sync_queue_refused_total", "counter",
                   "Requests refused because the queue was full.", sync.refused);
}

}  // namespace

std::string status_prometheus(const StatusReport& report) {
    Metrics metrics;
    write_process(metrics, report);
    write_requests(metrics, report);
    write_events(metrics, report);
    write_visits(metrics, report);
    write_landings(metrics, report);
    write_limited(metrics, report);
    write_logs(metrics, report);
    write_space(metrics, report.space);
    write_sync(metrics, report.sync);
    return metrics.take();
}

}  // namespace ngx_webpush
