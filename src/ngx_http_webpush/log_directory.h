// How many log files there are and how large they are together. Subscription logs lie there until
// webpushd has read them, so theirs is what it has still to do.
#pragma once

#include <string>

#include "counters.h"
#include "ngx.h"

namespace ngx_webpush {

// Measures in a thread of nginx's pool, as a directory may be large and its disk slow. The workers
// take turns, so that it happens every ten seconds and not oftener. Must outlive the pool's threads.
class LogDirectory {
public:
    LogDirectory(std::string path, ngx_thread_pool_t* pool, LogDirectoryCounters& counters,
                 ngx_log_t* errors);
    LogDirectory(const LogDirectory&) = delete;
    LogDirectory& operator=(const LogDirectory&) = delete;

    // To be called every second.
    void measure_when_due();

private:
    bool take_turn();
    void measure() noexcept;

    static void on_thread(void* data, ngx_log_t* log) noexcept;
    static void on_task(ngx_event_t* event) noexcept;

    std::string path_;
    ngx_thread_pool_t* pool_;
    LogDirectoryCounters& counters_;
    ngx_thread_task_t task_{};
    bool busy_ = false;
};

}  // namespace ngx_webpush
