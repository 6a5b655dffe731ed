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

template <std::size_t n>
void read_all(const std::array<Counter, n>& counters, std::array<std::uint64_t, n>& to) {
    std::transform(counters.begin(), counters.end(), to.begin(), value);
}

template <std::size_t m, std::size_t n>
void read_all(const std::array<std::array<Counter, n>, m>& counters,
              std::array<std::array<std::uint64_t, n>, m>& to) {
    for (std::size_t i = 0; i < m; ++i) {
        read_all(counters[i], to[i]);
    }
}

SiteStatus read_site(const SiteCounters& counters) {
    SiteStatus site;
    site.name = counters.name.data();
    read_all(counters.requests, site.requests);
    read_all(counters.events, site.events);
    read_all(counters.visits, site.visits);
    read_all(counters.landings, site.landings);
    read_all(counters.limited, site.limited);
    return site;
}

LogStatus read_log(const Counters& counters, std::size_t index) {
    const LogCounters& log = counters.logs[index];
    return {log.records.get(), log.bytes.get(), log.errors.get(),
            counters.directory.files[index].get(), counters.directory.bytes[index].get()};
}

SpaceStatus read_space(const SpaceCounters& counters, off_t min_free) {
    return {counters.measured.get() != 0, counters.free.get(), static_cast<std::uint64_t>(min_free),
            counters.reached.get() != 0, counters.refused.get()};
}

SyncStatus read_sync(const SyncCounters& counters) {
    SyncStatus sync;
    read_all(counters.buckets, sync.buckets);
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
    report.space = read_space(counters.space, conf.log_min_free);
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

bool is_shown(VisitResult result, std::uint64_t count) {
    return count > 0 || result == VisitResult::accepted;
}

std::string_view landing_name(std::size_t index) { return index == 0 ? "all" : "clicks"; }

std::string_view log_name(std::size_t index) {
    bool subscriptions = static_cast<webpush::LogKind>(index) == webpush::LogKind::subscription;
    return subscriptions ? "subscriptions" : "events";
}

}  // namespace ngx_webpush
