#include "worker.h"

#include <algorithm>
#include <string>

#include "clock.h"
#include "guard.h"
#include "status_zone.h"
#include "str.h"

namespace ngx_webpush {
namespace {

constexpr ngx_msec_t heartbeat_interval = 1000;

void add_once(std::vector<int>& ids, int id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) { ids.push_back(id); }
}

// Sites of the same name in other edge directories count as one.
void name_keys(const Sites& sites, webpush::FileHeader& header) {
    for (const auto& site : sites.all()) {
        std::vector<int>& link = header.keys[site->name];
        for (const auto& key : site->link_keys.all()) { add_once(link, key.id); }
        std::vector<int>& identity = header.identity[site->name];
        for (const int id : site->identity_keys.ids()) { add_once(identity, id); }
    }
}

// Not while the configuration is read: at nginx's start there is no debug log yet.
void log_sites(const Sites& sites, [[maybe_unused]] ngx_log_t* log) {
    for ([[maybe_unused]] const auto& site : sites.all()) {
        ngx_log_debug4(NGX_LOG_DEBUG_HTTP, log, 0,
                       "webpush: site \"%s\" has %uz link keys, %d signs, and %uz VAPID keys",
                       site->name.c_str(), site->link_keys.all().size(),
                       int{site->link_keys.signing().id}, site->vapid_keys.size());
    }
}

webpush::FileHeader file_header(const MainConf& conf, webpush::LogKind log) {
    webpush::FileHeader header;
    header.log = log;
    header.edge = std::string(to_view(conf.edge_id));
    header.started = now_ms();
    header.pid = ngx_pid;
    name_keys(*conf.sites, header);
    return header;
}

std::string log_directory(const MainConf& conf) { return std::string(to_view(conf.log_dir->name)); }

Log make_log(const MainConf& conf, webpush::LogKind kind, SpaceFloor& floor, ngx_log_t* errors) {
    auto& counters = conf.status_zone->counters->logs[static_cast<std::size_t>(kind)];
    LogLimits limits{conf.log_max_size, static_cast<ngx_msec_t>(conf.log_max_age) * 1000};
    return Log(log_directory(conf), file_header(conf, kind), limits, floor, counters, errors);
}

}  // namespace

Worker::Worker(const MainConf& conf, ngx_cycle_t* cycle)
    : has_status_(conf.has_status),
      seat_(*conf.status_zone->counters),
      directory_(log_directory(conf), conf.thread_pool, conf.status_zone->counters->directory,
                 cycle->log),
      floor_(log_directory(conf), conf.log_min_free, conf.status_zone->counters->space, cycle->log),
      events_(make_log(conf, webpush::LogKind::event, floor_, cycle->log)),
      event_round_(events_, cycle->log),
      subscription_log_(make_log(conf, webpush::LogKind::subscription, floor_, cycle->log)),
      subscriptions_(subscription_log_, conf.thread_pool, static_cast<std::size_t>(conf.sync_queue),
                     conf.status_zone->counters->sync, seat_.queue(), cycle->log),
      visits_(conf.records_visits ? conf.visit_table : RecentVisits::min_size) {
    log_sites(*conf.sites, cycle->log);
    if (conf.click_targets != nullptr) { click_targets_.emplace(*conf.click_targets); }
    if (conf.limit_zone != nullptr) { limits_.emplace(*conf.limit_zone); }
    events_.open();
    subscription_log_.open();

    heartbeat_.data = this;
    heartbeat_.log = cycle->log;
    heartbeat_.cancelable = 1;  // does not hold back a worker that shuts down
    heartbeat_.handler = [](ngx_event_t* event) {
        auto* self = static_cast<Worker*>(event->data);
        guarded(event->log, "heartbeat", [self] { self->beat(); });
        ngx_add_timer(event, heartbeat_interval);
    };
    ngx_add_timer(&heartbeat_, heartbeat_interval);
}

Worker::~Worker() {
    if (heartbeat_.timer_set) { ngx_del_timer(&heartbeat_); }
    guarded(heartbeat_.log, "last landings", [this] { write_landings(); });
}

void Worker::begin_new_files() {
    events_.leave_file();
    subscription_log_.leave_file();
}

// Goes on while the worker drains: it still takes records, and its silence would hold up whoever
// waits for this edge's logs.
void Worker::beat() {
    floor_.measure();
    write_landings();
    event_round_.flush();  // what is older than the heartbeat stands before it
    std::string line;
    webpush::append_line(line, webpush::AliveRecord{now_ms()});
    events_.append_heartbeat(line);
    subscriptions_.append(line);
    if (has_status_) { directory_.measure_when_due(); }
}

void Worker::write_landings() {
    std::string lines;
    landings_.take_lines(lines, now_ms());
    if (!lines.empty()) { events_.append(lines); }
}

}  // namespace ngx_webpush
