// The process's signals, taken by the main thread one at a time: nothing runs inside a handler.
#pragma once

#include <csignal>

namespace webpushd {

enum class Signal { none, stop, reload, child };

// Blocks the signals in the calling thread and all that it starts later: make it before any thread.
// SIGPIPE is ignored for good.
class Signals {
public:
    Signals();

    // The next signal: stop (SIGTERM, SIGINT), reload (SIGHUP), child (SIGCHLD), or none after
    // `milliseconds`.
    Signal wait(int milliseconds);

private:
    sigset_t set_;
};

}  // namespace webpushd
