// Counts what goes to one push service and comes back. One a thread and origin.
#pragma once

#include <string>

#include "counters.h"
#include "webpush/verdict.h"

namespace webpushd {

class OriginMeter {
public:
    // `counters` and `host` outlive it.
    OriginMeter(SendCounters& counters, const std::string& host)
        : counters_(counters), host_(host) {}
    ~OriginMeter() { show({}); }
    OriginMeter(const OriginMeter&) = delete;
    OriginMeter& operator=(const OriginMeter&) = delete;

    // An answer has come, whatever it is: from now on the host has figures of its own.
    void answered(std::uint64_t milliseconds);
    void judged(webpush::Verdict verdict) { count(static_cast<std::size_t>(verdict)); }
    void unprocessed() { count(request_unprocessed); }
    void lost() { count(request_lost); }

    // How much there is now.
    struct Figures {
        std::uint64_t waiting = 0;
        std::uint64_t streams = 0;
        std::uint64_t connections = 0;
    };
    void show(const Figures& figures);

private:
    OriginCounters& mine() { return counters_.origins[slot_]; }
    void count(std::size_t end) { mine().requests[end].add(); }

    SendCounters& counters_;
    const std::string& host_;
    std::size_t slot_ = OriginSlots::other;
    bool has_answered_ = false;
    Figures shown_;
};

}  // namespace webpushd
