#include "progress.h"

#include <chrono>
#include <cmath>
#include <string>
#include <thread>

#include "answer.h"
#include "duration.h"
#include "failure.h"
#include "run_state.h"

namespace webpush_cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto ask_every = std::chrono::milliseconds(250);
constexpr auto line_every = std::chrono::seconds(2);  // where lines are not written over
constexpr auto patience = std::chrono::seconds(30);   // with a daemon that does not answer
constexpr int bar_width = 30;

// What one answer says about the run.
struct Snapshot {
    explicit Snapshot(const std::string& body) {
        const Answer answer(body);
        const auto& run = answer.root();
        state = text(run, "state");
        state_in_words = state_text(run);
        audience = number(run, "audience");
        handled = number(run, "handled");
        accepted = number(run, "accepted");
        deferred = number(run, "deferred");
    }

    bool ended() const { return state == "finished" || state == "cancelled"; }

    std::string state;
    std::string state_in_words;
    std::int64_t audience = 0;
    std::int64_t handled = 0;
    std::int64_t accepted = 0;
    std::int64_t deferred = 0;
};

std::string counts(const Snapshot& now, double seconds) {
    std::string line = grouped(now.handled) + " of " + grouped(now.audience) + ", accepted " +
                       grouped(now.accepted);
    if (now.deferred > 0) { line += ", waiting " + grouped(now.deferred); }
    if (now.state == "paused") { return line; }
    const double rate = seconds >= 1 ? static_cast<double>(now.handled) / seconds : 0;
    if (rate >= 1) { line += ", " + grouped(static_cast<long long>(rate)) + "/s"; }
    const auto passed = static_cast<std::int64_t>(seconds);
    if (now.ended()) { return line + ", in " + duration_text(passed); }
    if (rate < 1) { return passed < 1 ? line : line + ", for " + duration_text(passed); }
    const double left = static_cast<double>(now.audience - now.handled) / rate;
    return line + ", " + duration_text(static_cast<std::int64_t>(std::ceil(left))) + " left";
}

// Prints what is new, in the way that the output allows.
class Display {
public:
    explicit Display(const Session& session) : session_(session) {}

    void show(const Snapshot& now) {
        if (session_.json) { return; }
        const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
        const std::string line = now.state_in_words + ": " + counts(now, seconds);
        if (session_.terminal.interactive) {
            const double part = now.audience > 0 ? static_cast<double>(now.handled) /
                                                       static_cast<double>(now.audience)
                                                 : (now.ended() ? 1 : 0);
            session_.print("\r\033[K" + session_.terminal.bar(part, bar_width) + " " + line +
                           (now.ended() ? "\n" : ""));
        } else if (is_due(now)) {
            session_.print(line + "\n");
        }
    }

private:
    bool is_due(const Snapshot& now) {
        const std::string what = now.state_in_words + std::to_string(now.handled);
        const bool changed = what != last_;
        if (!changed || (Clock::now() < next_line_ && !now.ended())) { return false; }
        last_ = what;
        next_line_ = Clock::now() + line_every;
        return true;
    }

    const Session& session_;
    const Clock::time_point begun_ = Clock::now();
    Clock::time_point next_line_ = begun_;
    std::string last_;
};

// A daemon that is being restarted answers again soon.
std::string ask(Client& client, const std::string& path) {
    const auto end = Clock::now() + patience;
    while (true) {
        try {
            return client.get(path);
        } catch (const Unreachable&) {
            if (Clock::now() > end) { throw; }
            std::this_thread::sleep_for(ask_every);
        }
    }
}

}  // namespace

void wait_for_run(Session& session, std::int64_t run) {
    const std::string path = "/v1/runs/" + std::to_string(run);
    Display display(session);
    while (true) {
        const std::string body = ask(session.client(), path);
        const Snapshot now(body);
        display.show(now);
        if (!now.ended()) {
            std::this_thread::sleep_for(ask_every);
            continue;
        }
        session.print_json(body);
        if (now.state == "finished") { return; }
        throw Failure("run " + std::to_string(run) + " was " + now.state);
    }
}

}  // namespace webpush_cli
