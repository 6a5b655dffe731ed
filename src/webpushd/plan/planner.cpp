#include "plan/planner.h"

#include <chrono>
#include <exception>

#include "log.h"
#include "plan/error_watch.h"
#include "plan/run_closing.h"
#include "plan/run_planning.h"
#include "store/message_store.h"

namespace webpushd {

namespace {

// "Send now" should be seen as now.
constexpr auto poll_interval = std::chrono::milliseconds(100);
constexpr auto watch_errors_every = std::chrono::milliseconds(500);
constexpr auto forget_keys_every = std::chrono::minutes(1);
// After a failure of the database; it is logged each time.
constexpr auto retry_interval = std::chrono::seconds(1);

// True once in so long.
bool is_due(std::chrono::steady_clock::time_point& last, std::chrono::milliseconds every) {
    const auto now = std::chrono::steady_clock::now();
    if (last.time_since_epoch().count() != 0 && now < last + every) { return false; }
    last = now;
    return true;
}

}  // namespace

std::unique_ptr<Role> make_plan_role(const Context& context) {
    return std::make_unique<Planner>(context);
}

Planner::Planner(const Context& context) : conninfo_(context.conninfo), counters_(*context.counters) {}

void Planner::start() {
    thread_ = std::thread([this] { loop(); });
}

void Planner::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Planner::loop() noexcept {
    std::optional<Connection> db;
    auto interval = std::chrono::milliseconds(0);
    while (pause(interval)) {
        try {
            work(db);
            interval = poll_interval;
        } catch (const std::exception& e) {
            counters_.plan_database_errors.add();
            log_error("plan: {}", e.what());
            db.reset();
            interval = retry_interval;
        }
    }
}

void Planner::work(std::optional<Connection>& db) {
    if (!db) { db.emplace(conninfo_, name()); }
    while (const auto planned = plan_next_run(*db)) {
        log_info("run {}: {} chunks for {} subscriptions", planned->run, planned->chunks,
                 planned->audience);
    }
    for (const std::int64_t run : finish_runs(*db)) { log_info("run {}: finished", run); }
    for (const CancelledRun& closed : close_cancelled_runs(*db)) {
        log_info("run {}: cancelled, {} never sent", closed.run, closed.never_sent);
    }
    if (is_due(errors_watched_, watch_errors_every)) {
        for (const PausedRun& paused : pause_failing_runs(*db)) {
            log_warn("run {}: paused: {}", paused.run, paused.detail);
        }
    }
    if (is_due(keys_forgotten_, forget_keys_every)) { forget_idempotency_keys(*db); }
}

bool Planner::pause(std::chrono::milliseconds interval) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, interval, [this] { return stopping_; });
    return !stopping_;
}

}  // namespace webpushd
