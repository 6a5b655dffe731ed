// The event loop and the signals that it takes.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <vector>

namespace pushsim {

// Runs until stop(). What is made on it must have ended before it ends: then it lets the handles go.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    uv_loop_t* get() { return &loop_; }

    // Calls `task` in the loop for every `signal` from now on.
    void on_signal(int signal, std::function<void()> task);

    void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
    void stop() { uv_stop(&loop_); }

private:
    struct Handler {
        uv_signal_t handle;
        std::function<void()> task;
    };

    uv_loop_t loop_;
    std::vector<std::unique_ptr<Handler>> handlers_;
};

}  // namespace pushsim
