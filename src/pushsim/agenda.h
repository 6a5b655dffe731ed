// What is to be done later, on the loop's clock. One libuv timer for everything.
#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <map>

namespace pushsim {

class Agenda {
public:
    // The loop outlives the agenda and must run once more after it has ended, to free the timer.
    explicit Agenda(uv_loop_t* loop);
    ~Agenda();
    Agenda(const Agenda&) = delete;
    Agenda& operator=(const Agenda&) = delete;

    void after(std::uint64_t milliseconds, std::function<void()> task);

private:
    void set_timer();
    void run_due();

    std::multimap<std::uint64_t, std::function<void()>> tasks_;  // by time due
    uv_timer_t* timer_;                                          // freed by its close callback
};

}  // namespace pushsim
