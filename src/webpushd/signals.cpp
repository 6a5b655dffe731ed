#include "signals.h"

#include <ctime>
#include <initializer_list>

namespace webpushd {

Signals::Signals() {
    ::sigemptyset(&set_);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) { ::sigaddset(&set_, signal); }
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

Signal Signals::wait(int milliseconds) {
    const timespec limit{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
    switch (::sigtimedwait(&set_, nullptr, &limit)) {
        case SIGTERM:
        case SIGINT: return Signal::stop;
        case SIGHUP: return Signal::reload;
        case SIGCHLD: return Signal::child;
        default: return Signal::none;
    }
}

}  // namespace webpushd
