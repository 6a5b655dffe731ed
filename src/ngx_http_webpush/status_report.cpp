#include "status_report.h"

#include <algorithm>
#include <numeric>

#include "status_zone.h"
#include "str.h"

namespace ngx_webpush {
namespace {

std::uint64_t value(const Counter& counter) { return counter.get(); }

double seconds(const Counter& milliseconds) {
    return static_cast<double>(milliseconds.get()) / 1000;
}

SiteStatus read_site(const SiteCounters& counters) {
    SiteStatus site;
    site.name = counters.name.data();
    for (std::size_t kind = 0; kind < request_kind_count; ++kind) {
        std::transform(counters.requests[kind].begin(), counters.requests[kind].end(),
                       site.requests[kind].begin(), value);
    }
    return site;
}

LogStatus read_log(const Counters& counters, std::size_t index) {
    const LogCounters& log = counters.logs[index];
    return {log.records.get(), log.bytes.get(), log.errors.get(),
            counters.directory.files[index].get(), counters.directory.bytes[index].get()};
}

SyncStatus read_sync(const SyncCounters& counters) {
    SyncStatus sync;
    std::transform(counters.buckets.begin(), counters.buckets.end(), sync.buckets.begin(), value);
    sync.count = std::accumulate(sync.buckets.begin(), sync.buckets.end(), std::uint64_t{0});
    sync.seconds = static_cast<double>(counters.microseconds.get()) / 1'000'000;
    sync.longest_queue = counters.longest_queue.get();
    sync.refused = counters.refused.get();
    return sync;
}

}  // namespace

StatusReport read_status(const MainConf& conf) {
    const Counters& counters = *conf.status_zone->counters;
    StatusReport report;
    report.edge = to_view(conf.edge_id);
    report.started = seconds(counters.started);
    report.configured = seconds(counters.configured);
    for (const auto* site = counters.sites.load(); site != nullptr; site = site->next.load()) {
        report.sites.push_back(read_site(*site));
    }
    for (std::size_t i = 0; i < report.logs.size(); ++i) {
        report.logs[i] = read_log(counters, i);
    }
    report.directory_measured = counters.directory.measured.get() != 0;
    report.sync = read_sync(counters.sync);
    report.sync.queue_limit = static_cast<std::uint64_t>(conf.sync_queue);
    for (const WorkerSlot& slot : counters.workers) {
        if (!is_taken(slot)) { continue; }
        ++report.workers;
        report.sync.queue += slot.queue.get();
    }
    return report;
}

bool is_shown(RequestKind kind, Outcome outcome, std::uint64_t count) {
    bool is_always_known = kind != RequestKind::unknown && kind != RequestKind::event;
    return count > 0 || (outcome == Outcome::accepted && is_always_known);
}

std::string_view log_name(std::size_t index) {
    bool subscriptions = static_cast<webpush::LogKind>(index) == webpush::LogKind::subscription;
    return subscriptions ? "subscriptions" : "events";
}

}  // namespace ngx_webpush
