// What webpush_status tells, as read from the counters at one moment, and its two forms. README.md
// documents them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conf.h"
#include "counters.h"
#include "webpush/log_record.h"

namespace ngx_webpush {

using CountsByKind = std::array<std::array<std::uint64_t, outcome_count>, request_kind_count>;

struct SiteStatus {
    std::string_view name;
    CountsByKind requests{};
    CountsByKind events{};
    std::array<std::uint64_t, visit_result_count> visits{};
    std::array<std::array<std::uint64_t, 5>, 2> landings{};  // as in SiteCounters
    std::array<std::uint64_t, limit_count> limited{};
};

struct LogStatus {
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;
    std::uint64_t errors = 0;
    std::uint64_t files = 0;  // in the directory, as their size
    std::uint64_t size = 0;
};

struct SpaceStatus {
    bool measured = false;
    std::uint64_t free = 0;  // octets, as the next
    std::uint64_t min_free = 0;
    bool reached = false;
    std::uint64_t refused = 0;
};

struct SyncStatus {
    std::array<std::uint64_t, sync_bounds.size() + 1> buckets{};
    std::uint64_t count = 0;
    double seconds = 0;
    std::uint64_t queue = 0;  // of all workers together
    std::uint64_t longest_queue = 0;
    std::uint64_t queue_limit = 0;
    std::uint64_t refused = 0;
};

// Views into the configuration and the zone: for as long as the request.
struct StatusReport {
    std::string_view edge;
    double started = 0;  // unix seconds
    double configured = 0;
    std::uint64_t workers = 0;
    std::vector<SiteStatus> sites;
    std::array<LogStatus, 2> logs{};  // by webpush::LogKind
    bool directory_measured = false;
    SpaceStatus space;
    SyncStatus sync;
};

StatusReport read_status(const MainConf& conf);

// Whether a count is worth a line: accepted ones are told from the beginning, others when there are.
bool is_shown(RequestKind kind, Outcome outcome, std::uint64_t count);
bool is_shown(VisitResult result, std::uint64_t count);

// "all" or "clicks": whose landings those are at this index.
std::string_view landing_name(std::size_t index);

// "subscriptions" or "events", as the files are called.
std::string_view log_name(std::size_t index);

std::string status_json(const StatusReport& report);

// Text format 0.0.4 of Prometheus.
std::string status_prometheus(const StatusReport& report);

}  // namespace ngx_webpush
