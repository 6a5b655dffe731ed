#include "metrics_text.h"

#include "send_metrics.h"
#include "store/metrics_store.h"
#include "store/status_store.h"
#include "webpush/version.h"

namespace webpushd {
namespace {

using webpush::prometheus_label;
using webpush::PrometheusText;

void write_ingest(PrometheusText& metrics, const IngestCounters& counters) {
    metrics.begin("webpushd_ingest_records_total", "counter",
                  "Records of the edge's logs that were read, by kind.");
    for (std::size_t kind = 0; kind < counters.records.size(); ++kind) {
        metrics.sample(prometheus_label("kind", record_kind_name(kind)),
                       counters.records[kind].get());
    }
    metrics.single("webpushd_ingest_skipped_total", "counter", "Lines that were not taken.",
                   counters.skipped.get());
}

void write_database_errors(PrometheusText& metrics, const Counters& counters,
                           std::uint64_t of_senders) {
    metrics.begin("webpushd_database_errors_total", "counter",
                  "Failures of the database or of the way to it.");
    metrics.sample(prometheus_label("role", "ingest"), counters.ingest.database_errors.get());
    metrics.sample(prometheus_label("role", "plan"), counters.plan_database_errors.get());
    metrics.sample(prometheus_label("role", "send"), of_senders);
    metrics.sample(prometheus_label("role", "api"), counters.api_database_errors.load());
}

void write_counts(PrometheusText& metrics, std::string_view label, const CountByName& counts) {
    for (const auto& [name, count] : counts) {
        metrics.sample(prometheus_label(label, name), static_cast<std::uint64_t>(count));
    }
}

void write_lag(PrometheusText& metrics, const std::vector<IngestLag>& sources) {
    metrics.begin("webpushd_ingest_lag_seconds", "gauge",
                  "How long ago an edge's logs were in the database as they are.");
    for (const IngestLag& source : sources) {
        metrics.sample(prometheus_label("source", source.source),
                       static_cast<double>(source.milliseconds) / 1000);
    }
}

}  // namespace

void write_process_metrics(PrometheusText& metrics, Counters& counters) {
    metrics.begin("webpushd_build_info", "gauge", "The daemon's version.");
    metrics.sample(prometheus_label("version", webpush::version), std::uint64_t{1});
    const auto sent = counters.sent();
    write_send_metrics(metrics, *sent);
    write_ingest(metrics, counters.ingest);
    write_database_errors(metrics, counters, sent->database_errors.get());
}

void write_database_metrics(PrometheusText& metrics, Connection& db) {
    const StatusFigures status = read_status(db);
    metrics.single("webpushd_subscriptions", "gauge", "Subscriptions that can be sent to.",
                   static_cast<std::uint64_t>(status.subscriptions));
    metrics.begin("webpushd_runs", "gauge", "Runs by state.");
    write_counts(metrics, "state", count_runs_by_state(db));
    metrics.begin("webpushd_deferred_messages", "gauge", "Messages that wait singly, by reason.");
    write_counts(metrics, "reason", count_deferred_by_reason(db));
    write_lag(metrics, status.ingest);
    metrics.begin("webpushd_alarms", "gauge", "Alarms by kind.");
    write_counts(metrics, "kind", count_alarms_by_kind(db));
}

void write_database_up(PrometheusText& metrics, bool up) {
    metrics.single("webpushd_database_up", "gauge", "1 while the database answers.",
                   std::uint64_t{up ? 1U : 0U});
}

}  // namespace webpushd
