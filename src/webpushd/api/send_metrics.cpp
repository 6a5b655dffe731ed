#include "send_metrics.h"

#include <memory>

#include "store/outcome_store.h"

namespace webpushd {
namespace {

using webpush::prometheus_label;
using webpush::PrometheusText;

void write_histogram(PrometheusText& metrics, const std::string& labels,
                     const Histogram& histogram) {
    const std::string before = labels.empty() ? "" : labels + ",";
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < Histogram::bounds.size(); ++i) {
        below += histogram.buckets[i].get();
        const double bound = static_cast<double>(Histogram::bounds[i]) / 1000;
        metrics.sample(before + prometheus_label("le", webpush::prometheus_number(bound)), below,
                       "_bucket");
    }
    below += histogram.buckets.back().get();
    metrics.sample(before + prometheus_label("le", "+Inf"), below, "_bucket");
    metrics.sample(labels, static_cast<double>(histogram.milliseconds.get()) / 1000, "_sum");
    metrics.sample(labels, below, "_count");
}

// The figures of each push service that has a slot, and of the others together.
class OriginMetrics {
public:
    OriginMetrics(PrometheusText& metrics, const SendCounters& total) : metrics_(metrics) {
        const std::vector<std::string> hosts = total.origin_slots.hosts();
        for (std::size_t slot = 0; slot < hosts.size(); ++slot) {
            origins_.emplace_back(prometheus_label("origin", hosts[slot]), &total.origins[slot]);
        }
        origins_.emplace_back(prometheus_label("origin", "other"),
                              &total.origins[OriginSlots::other]);
    }

    void write_requests() {
        metrics_.begin("webpushd_requests_total", "counter",
                       "Requests to push services by what became of them.");
        for (const auto& [label, origin] : origins_) {
            for (std::size_t end = 0; end < request_ends; ++end) {
                metrics_.sample(label + "," + prometheus_label("answer", request_end_name(end)),
                                origin->requests[end].get());
            }
        }
        metrics_.begin("webpushd_request_duration_seconds", "histogram",
                       "Time from a request to its answer.");
        for (const auto& [label, origin] : origins_) {
            write_histogram(metrics_, label, origin->answered);
        }
    }

    void write_gauge(std::string_view name, std::string_view help,
                     Counter OriginCounters::*figure) {
        metrics_.begin(name, "gauge", help);
        for (const auto& [label, origin] : origins_) {
            metrics_.sample(label, (origin->*figure).get());
        }
    }

private:
    PrometheusText& metrics_;
    std::vector<std::pair<std::string, const OriginCounters*>> origins_;  // by label
};

void write_origins(PrometheusText& metrics, const SendCounters& total) {
    OriginMetrics origins(metrics, total);
    origins.write_requests();
    origins.write_gauge("webpushd_streams", "Requests under way.", &OriginCounters::streams);
    origins.write_gauge("webpushd_connections",
                        "Connections to push services, also those that begin.",
                        &OriginCounters::connections);
    origins.write_gauge("webpushd_waiting_messages",
                        "Messages in memory that wait for a free stream.",
                        &OriginCounters::waiting);
}

void write_claims(PrometheusText& metrics, const SendCounters& total) {
    metrics.begin("webpushd_claims_total", "counter", "Work taken from the database.");
    metrics.sample(prometheus_label("of", "chunk"), total.chunks_claimed.get());
    metrics.sample(prometheus_label("of", "waiting"), total.lists_claimed.get());
    metrics.sample(prometheus_label("of", "transactional"), total.urgent_claimed.get());
    metrics.single("webpushd_loaded_messages_total", "counter", "Messages of this work.",
                   total.messages_loaded.get());
    metrics.single("webpushd_leases_lost_total", "counter", "Work that another sender took over.",
                   total.leases_lost.get());
    metrics.single("webpushd_encrypted_messages_total", "counter", "Messages encrypted.",
                   total.encrypted.get());
}

void write_outcomes(PrometheusText& metrics, const SendCounters& total) {
    metrics.begin("webpushd_outcomes_total", "counter", "Outcomes given to the database.");
    for (std::size_t kind = 0; kind < outcome_kinds; ++kind) {
        metrics.sample(prometheus_label("outcome", name(static_cast<OutcomeKind>(kind))),
                       total.outcomes[kind].get());
    }
    metrics.single("webpushd_outcomes_left_total", "counter",
                   "Of these, not recorded: another sender had taken over.",
                   total.outcomes_left.get());
    metrics.begin("webpushd_outcome_batch_duration_seconds", "histogram",
                  "Time to record one batch of outcomes.");
    write_histogram(metrics, "", total.batches);
}

}  // namespace

void write_send_metrics(PrometheusText& metrics, const SendCounters& total) {
    write_origins(metrics, total);
    write_claims(metrics, total);
    write_outcomes(metrics, total);
}

}  // namespace webpushd
