// What a worker process has beside its configuration: the two logs, the group commit and the
// heartbeat. Made in init_process, ended in exit_process; handlers reach it through MainConf.
#pragma once

#include <optional>

#include "click_targets.h"
#include "conf.h"
#include "counters.h"
#include "event_round.h"
#include "group_commit.h"
#include "landing_tally.h"
#include "limit_zone.h"
#include "log.h"
#include "log_directory.h"
#include "ngx.h"
#include "recent_visits.h"
#include "space_floor.h"
#include "webpush/json_in.h"
#include "webpush/p256_curve.h"

namespace ngx_webpush {

class Worker {
public:
    // Starts the heartbeat; log files that cannot be opened are reported and tried again later.
    Worker(const MainConf& conf, ngx_cycle_t* cycle);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    webpush::JsonReader& json() { return json_; }
    webpush::P256Curve& curve() { return curve_; }
    Log& events() { return events_; }
    EventRound& event_round() { return event_round_; }
    GroupCommit& subscriptions() { return subscriptions_; }
    LandingTally& landings() { return landings_; }
    // nullptr where no location has webpush_landing.
    ClickTargets* click_targets() { return click_targets_ ? &*click_targets_ : nullptr; }
    // nullptr where no location has limits.
    LimitZone* limits() { return limits_ ? &*limits_ : nullptr; }
    RecentVisits& visits() { return visits_; }  // small where nothing asks for it

    // Both logs go on in new files from their next lines: within a second, as heartbeats are lines.
    void begin_new_files();

private:
    void beat();
    void write_landings();

    const bool has_status_;
    WorkerSeat seat_;
    LogDirectory directory_;
    webpush::JsonReader json_;
    webpush::P256Curve curve_;
    SpaceFloor floor_;
    Log events_;
    EventRound event_round_;
    Log subscription_log_;
    GroupCommit subscriptions_;
    LandingTally landings_;
    std::optional<ClickTargets> click_targets_;
    std::optional<LimitZone> limits_;
    RecentVisits visits_;
    ngx_event_t heartbeat_{};
};

}  // namespace ngx_webpush
