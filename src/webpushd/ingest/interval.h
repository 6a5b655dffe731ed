// Something that is to be done every so often by a loop that comes round more often.
#pragma once

#include <chrono>
#include <optional>

namespace webpushd {

class Interval {
public:
    explicit Interval(std::chrono::milliseconds period) : period_(period) {}

    // True once every period, the first time at once.
    bool is_due() {
        const auto now = std::chrono::steady_clock::now();
        if (last_ && now - *last_ < period_) { return false; }
        last_ = now;
        return true;
    }

private:
    std::chrono::milliseconds period_;
    std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace webpushd
