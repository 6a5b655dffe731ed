#include "send/origin_meter.h"

namespace webpushd {

void OriginMeter::answered(std::uint64_t milliseconds) {
    if (!has_answered_) {
        has_answered_ = true;
        const Figures shown = shown_;
        show({});
        slot_ = counters_.origin_slots.slot_of(host_);
        show(shown);
    }
    mine().answered.add(milliseconds);
}

// By differences, as origins share a slot. (Going below zero is going round, and comes back.)
void OriginMeter::show(const Figures& figures) {
    mine().waiting.add(figures.waiting - shown_.waiting);
    mine().streams.add(figures.streams - shown_.streams);
    mine().connections.add(figures.connections - shown_.connections);
    shown_ = figures;
}

}  // namespace webpushd
