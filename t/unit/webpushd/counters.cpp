// counters.h and send/origin_meter.h: how many push services have figures of their own, and which.
#include "counters.h"

#include <optional>

#include "send/origin_meter.h"
#include "tap.h"

namespace {

using namespace webpushd;

std::string host(std::size_t number) { return "push" + std::to_string(number) + ".example"; }

void check_slots() {
    OriginSlots slots;
    for (std::size_t i = 0; i < OriginSlots::other; ++i) {
        tap::ok(slots.slot_of(host(i)) == i, host(i));
    }
    tap::ok(slots.slot_of("one-more.example") == OriginSlots::other,
            "one more has none of its own");
    tap::ok(slots.slot_of(host(7)) == 7, "the others keep theirs");
    tap::ok(slots.hosts().size() == OriginSlots::other, "and are all that is remembered");
}

void check_meter() {
    Counters counters;
    SendCounters& sender = counters.add_sender();
    const OriginCounters& other = sender.origins[OriginSlots::other];
    const OriginCounters& first = sender.origins[0];
    const std::string stranger = "stranger.example";
    const std::string service = "push.example";
    OriginMeter silent(sender, stranger);
    silent.show({3, 2, 1});
    silent.lost();
    tap::ok(counters.origins.hosts().empty(), "who never answers takes no slot");

    std::optional<OriginMeter> meter(std::in_place, sender, service);
    meter->show({5, 1, 1});
    tap::ok(other.waiting.get() == 8 && other.streams.get() == 3,
            "those without a slot are shown together");
    meter->answered(4);
    meter->judged(webpush::Verdict::accepted);
    tap::ok(counters.origins.hosts() == std::vector<std::string>{service},
            "who answers has a slot");
    tap::ok(other.waiting.get() == 3 && first.waiting.get() == 5,
            "and takes what it has there along");
    tap::ok(first.requests[0].get() == 1 && other.requests[request_lost].get() == 1,
            "what became of requests");
    meter->show({1, 0, 1});
    tap::ok(first.waiting.get() == 1 && first.streams.get() == 0, "there may be less of it");
    meter.reset();
    tap::ok(first.waiting.get() == 0 && first.connections.get() == 0,
            "nothing, once it is forgotten");
    tap::ok(first.requests[0].get() == 1, "but what has been, has been");
}

void check_histogram() {
    Histogram histogram;
    for (const std::uint64_t time : {0, 5, 6, 30000, 30001}) {
        histogram.add(time);
    }
    tap::ok(histogram.buckets[0].get() == 2, "a bound belongs to its bucket");
    tap::ok(histogram.buckets[1].get() == 1, "what is above it to the next");
    tap::ok(histogram.buckets[11].get() == 1 && histogram.buckets[12].get() == 1,
            "and beyond the last");
    tap::ok(histogram.milliseconds.get() == 60012, "together");
}

}  // namespace

int main() {
    check_slots();
    check_meter();
    check_histogram();
    return tap::done_testing();
}
