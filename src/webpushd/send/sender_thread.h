// One sender thread.
#pragma once

#include <uv.h>

#include <memory>
#include <thread>

#include "role.h"
#include "send/alarms.h"
#include "send/courier.h"
#include "send/guards.h"
#include "send/job_runner.h"
#include "send/outcome_batch.h"
#include "store/alarm_store.h"
#include "store/async_connection.h"
#include "store/guard_store.h"
#include "store/job_store.h"
#include "store/outcome_store.h"

namespace webpushd {

class SenderThread {
public:
    // Sets everything up and starts the thread. `context` outlives it. Throws std::runtime_error
    // when it can never work.
    explicit SenderThread(const Context& context);
    ~SenderThread();
    SenderThread(const SenderThread&) = delete;
    SenderThread& operator=(const SenderThread&) = delete;

    // From any thread: stop claiming, wait a few seconds for what is on the wire, record, give back
    // leases, end.
    void request_stop();
    void join();

private:
    struct Loop {  // a loop that is closed last
        Loop();
        ~Loop();
        uv_loop_t uv;
    };

    void add_timers();
    void on_poll();
    void on_committed();
    void on_tick();
    void begin_stop();
    void continue_stop();
    void close_all();

    SendCounters& counters_;
    SslContext ssl_;
    Loop loop_;
    uv_async_t stop_;   // request_stop()'s way into the loop
    uv_timer_t poll_;
    uv_timer_t tick_;
    AsyncConnection db_;
    JobStore jobs_;
    OutcomeStore outcomes_;
    AlarmStore alarm_store_;
    Alarms alarms_;
    GuardStore guard_store_;
    Guards guards_;
    OutcomeBatch batch_;
    Courier courier_;
    JobRunner runner_;
    bool stopping_ = false;
    std::uint64_t stopping_since_ = 0;  // on the loop's clock
    std::thread thread_;
};

}  // namespace webpushd
