// What the event logs tell, counted: the same figures as the database's, whatever the order of the
// files, and although a line may come twice.
//
// A browser is counted as having shown, closed or clicked a run once, on the day when it did first; as
// subscribed or left once a day. Clicks differ by browser, button and millisecond. Days are UTC's.
// Memory: one entry for each browser, run and kind, and for each click; lines are not kept.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "webpush/json_in.h"
#include "webpush/log_record.h"

namespace webpush_cli {

struct LogCounts {
    std::int64_t shown = 0;
    std::int64_t clicked = 0;  // browsers
    std::int64_t clicks = 0;   // all clicks
    std::int64_t closed = 0;
    std::int64_t subscribed = 0;
    std::int64_t left = 0;

    LogCounts& operator+=(const LogCounts& other);
};

using LogDay = std::int64_t;                          // since 1970-01-01
using LogRunKey = std::pair<std::string, std::int64_t>;  // site, run; run 0: subscribed, left

class LogFigures {
public:
    // One line of a log. Lines that tell nothing for a report (file headers, heartbeats, the
    // subscription log's) are read over; those that cannot be read are counted.
    void take(std::string_view line);
    // The rest of a file that is damaged.
    void take_damage() { ++unreadable_; }
    // The next file begins.
    void begin_file() { known_version_ = true; }

    std::int64_t lines() const { return lines_; }
    std::int64_t unreadable() const { return unreadable_; }

    std::map<std::pair<LogDay, LogRunKey>, LogCounts> by_day() const;
    std::map<LogRunKey, LogCounts> by_run() const;

private:
    struct IdHash {
        std::size_t operator()(const webpush::SubscriptionId& id) const;
    };
    struct Click {
        webpush::SubscriptionId subscription;
        std::int64_t time;
        std::size_t action;  // its hash

        bool operator==(const Click&) const = default;
    };
    struct ClickHash {
        std::size_t operator()(const Click& click) const;
    };
    using FirstDays = std::unordered_map<webpush::SubscriptionId, LogDay, IdHash>;
    using Ids = std::unordered_set<webpush::SubscriptionId, IdHash>;
    struct OfRun {
        FirstDays shown, clicked, closed;
        std::unordered_set<Click, ClickHash> clicks;
    };
    struct OfDay {
        Ids subscribed, left;
    };

    bool count(const webpush::FileHeader& header);
    bool count(const webpush::EventRecord& record);
    bool count(const webpush::ConsentEventRecord& record);
    // Heartbeats and the subscription log's records.
    template <typename Record>
    bool count(const Record&) {
        return true;
    }

    webpush::JsonReader reader_;
    bool known_version_ = true;
    std::int64_t lines_ = 0;
    std::int64_t unreadable_ = 0;
    std::map<LogRunKey, OfRun> runs_;
    std::map<std::pair<LogDay, std::string>, OfDay> consents_;  // by day and site
};

}  // namespace webpush_cli
