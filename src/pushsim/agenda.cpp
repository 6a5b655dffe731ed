#include "agenda.h"

#include <algorithm>
#include <utility>

namespace pushsim {

Agenda::Agenda(uv_loop_t* loop) : timer_(new uv_timer_t) {
    uv_timer_init(loop, timer_);
    timer_->data = this;
}

Agenda::~Agenda() {
    uv_close(reinterpret_cast<uv_handle_t*>(timer_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

void Agenda::after(std::uint64_t milliseconds, std::function<void()> task) {
    const auto added = tasks_.emplace(uv_now(timer_->loop) + milliseconds, std::move(task));
    if (added == tasks_.begin()) { set_timer(); }
}

void Agenda::set_timer() {
    const std::uint64_t now = uv_now(timer_->loop);
    const std::uint64_t wait = std::max(tasks_.begin()->first, now) - now;
    uv_timer_start(
        timer_, [](uv_timer_t* timer) { static_cast<Agenda*>(timer->data)->run_due(); }, wait, 0);
}

// A task may add others; those due now wait for the next turn, so that sockets are served between.
void Agenda::run_due() {
    const std::uint64_t now = uv_now(timer_->loop);
    std::multimap<std::uint64_t, std::function<void()>> due;
    while (!tasks_.empty() && tasks_.begin()->first <= now) {
        due.insert(tasks_.extract(tasks_.begin()));
    }
    for (auto& [time, task] : due) {
        task();
    }
    if (!tasks_.empty()) { set_timer(); }
}

}  // namespace pushsim
