// The role "ingest": one thread that follows the edge's logs.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "ingest/ingest_session.h"
#include "log.h"
#include "role.h"

namespace webpushd {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t full_batch = 5000;  // lines; more a transaction gain nothing
constexpr auto poll_every = 100ms;
constexpr auto retry_after = 200ms;

class IngestRole : public Role {
public:
    explicit IngestRole(const Context& context) : context_(context) {}
    std::string_view name() const override { return "ingest"; }
    void start() override {
        thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
    }
    void stop() override {
        thread_.request_stop();
        thread_.join();
    }

private:
    void run(const std::stop_token& stop);
    void follow(const std::stop_token& stop);
    void note_failure(const DbError& error, const LinePlace& line);
    void note_success(const IngestSession& session);
    void wait(const std::stop_token& stop, std::chrono::milliseconds time);

    const Context& context_;
    std::jthread thread_;
    std::mutex mutex_;
    std::condition_variable_any wake_;

    bool failing_ = false;
    std::size_t batch_ = full_batch;
    std::set<LinePlace> refused_;
    LinePlace last_line_;
    LinePlace failed_at_;  // the last line of the batch that the database did not take, "" = none
};

void IngestRole::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            follow(stop);
        } catch (const DbError& error) {
            note_failure(error, last_line_);
            wait(stop, retry_after);
        }
    }
}

void IngestRole::follow(const std::stop_token& stop) {
    IngestSession session(context_.conninfo, context_.settings, refused_,
                          context_.counters->ingest);
    while (!stop.stop_requested()) {
        bool busy = false;
        try {
            busy = session.round(batch_);
        } catch (const DbError&) {
            last_line_ = session.last_line();
            throw;
        }
        note_success(session);
        if (!busy) { wait(stop, poll_every); }
    }
}

// Data that the database does not take, whatever the edge let through, must not stop the rest: the
// batch gets smaller until the line is alone, and that line is left out.
void IngestRole::note_failure(const DbError& error, const LinePlace& line) {
    const bool data = error.sqlstate().starts_with("22") || error.sqlstate().starts_with("23");
    if (data && batch_ == 1) { refused_.insert(line); }
    if (data) {
        batch_ = std::max<std::size_t>(batch_ / 10, 1);
        failed_at_ = line;
    }
    context_.counters->ingest.database_errors.add();
    if (!failing_) { log_error("ingest: {}; trying again", error.what()); }
    failing_ = true;
}

void IngestRole::note_success(const IngestSession& session) {
    if (failing_) { log_info("ingest: goes on"); }
    failing_ = false;
    if (!failed_at_.first.empty() && !session.has_passed(failed_at_)) { return; }
    failed_at_ = {};
    batch_ = std::min(batch_ * 2, full_batch);
}

void IngestRole::wait(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

std::unique_ptr<Role> make_ingest_role(const Context& context) {
    return std::make_unique<IngestRole>(context);
}

}  // namespace webpushd
