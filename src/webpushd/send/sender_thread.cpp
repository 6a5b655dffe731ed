#include "send/sender_thread.h"

#include <stdexcept>

#include "guard.h"
#include "log.h"

namespace webpushd {

namespace {

constexpr const char* part = "send";
constexpr std::uint64_t poll_ms = 100;
constexpr std::uint64_t tick_ms = 1000;
// At the end: how long answers are waited for, and then how long the database is.
constexpr std::uint64_t wait_for_answers_ms = 5000;
constexpr std::uint64_t wait_for_database_ms = 10000;

template <typename Handle>
SenderThread* owner(Handle* handle) {
    return static_cast<SenderThread*>(handle->data);
}

}  // namespace

SenderThread::Loop::Loop() {
    if (const int error = uv_loop_init(&uv); error != 0) {
        throw std::runtime_error(std::string("no event loop: ") + uv_strerror(error));
    }
}

SenderThread::Loop::~Loop() {
    if (uv_loop_close(&uv) != 0) { log_escaped(part, "handles were left open"); }
}

SenderThread::SenderThread(const Context& context)
    : counters_(context.counters->add_sender()),
      ssl_(make_ssl_context(context.settings.ca_file)),
      db_(&loop_.uv, context.conninfo, part),
      jobs_(db_, context.settings.lease_seconds),
      outcomes_(db_),
      alarm_store_(db_),
      alarms_(alarm_store_),
      guard_store_(db_),
      guards_(guard_store_, alarms_),
      batch_(&loop_.uv, outcomes_, counters_, [this] { on_committed(); }),
      courier_(&loop_.uv, ssl_.get(), context.settings, jobs_, batch_, guards_, counters_,
               [this](Job& job) { runner_.emptied(job); }),
      runner_(&loop_.uv, context.settings, jobs_, batch_, courier_, alarms_, counters_) {
    add_timers();
    thread_ = std::thread([this] { uv_run(&loop_.uv, UV_RUN_DEFAULT); });
}

SenderThread::~SenderThread() {
    if (thread_.joinable()) {
        request_stop();
        join();
    }
}

void SenderThread::add_timers() {
    stop_.data = poll_.data = tick_.data = this;
    uv_async_init(&loop_.uv, &stop_, [](uv_async_t* handle) {
        guarded(part, [=] { owner(handle)->begin_stop(); });
    });
    uv_timer_init(&loop_.uv, &poll_);
    uv_timer_start(
        &poll_, [](uv_timer_t* handle) { guarded(part, [=] { owner(handle)->on_poll(); }); },
        poll_ms, poll_ms);
    uv_timer_init(&loop_.uv, &tick_);
    uv_timer_start(
        &tick_, [](uv_timer_t* handle) { guarded(part, [=] { owner(handle)->on_tick(); }); },
        tick_ms, tick_ms);
}

void SenderThread::request_stop() { uv_async_send(&stop_); }

void SenderThread::join() { thread_.join(); }

void SenderThread::on_poll() {
    batch_.tick();
    runner_.watch_runs();
    runner_.poll();
    if (stopping_) { continue_stop(); }
}

void SenderThread::on_committed() {
    courier_.wake();
    runner_.give_back();
    runner_.poll();
}

void SenderThread::on_tick() {
    counters_.database_errors.set(db_.failures());
    courier_.tick();
    runner_.tick();
    if (stopping_) { return; }
    guards_.tick();
    alarms_.tick(uv_now(&loop_.uv));
}

// ---- the end ----

void SenderThread::begin_stop() {
    if (stopping_) { return; }
    stopping_ = true;
    stopping_since_ = uv_now(&loop_.uv);
    runner_.stop();
    courier_.stop_sending();
}

void SenderThread::continue_stop() {
    const std::uint64_t waited = uv_now(&loop_.uv) - stopping_since_;
    if (courier_.open() == 0 || waited >= wait_for_answers_ms) { courier_.close(); }
    if (!courier_.closed()) { return; }
    batch_.flush();
    runner_.give_back();
    const bool recorded = batch_.idle() && runner_.idle();
    if (recorded || waited >= wait_for_answers_ms + wait_for_database_ms) { close_all(); }
}

void SenderThread::close_all() {
    uv_close(reinterpret_cast<uv_handle_t*>(&stop_), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&tick_), nullptr);
    db_.close([] {});
}

}  // namespace webpushd
