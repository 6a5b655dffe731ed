// What the event logs tell, counted: the same figures as the database's, whatever the order of the
// files, and although a line may come twice.
//
// A browser is counted as having shown, closed or clicked a run once, on the day when it did first; as
// subscribed or left once a day. Clicks differ by browser, button and millisecond, visits by browser
// and millisecond, steps of asking by their place: the file, known by its first line, and the octet.
// Days are UTC's. Memory: one entry for each browser, run and kind, and for each click, visit and step;
// lines are not kept.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "webpush/json_in.h"
#include "webpush/log_record.h"

namespace webpush_cli {

inline constexpr std::array prompt_steps = {
    webpush::PromptStep::shown,   webpush::PromptStep::accepted, webpush::PromptStep::dismissed,
    webpush::PromptStep::granted, webpush::PromptStep::denied,   webpush::PromptStep::undecided};

struct LogCounts {
    std::int64_t shown = 0;
    std::int64_t clicked = 0;  // browsers
    std::int64_t clicks = 0;   // all clicks
    std::int64_t closed = 0;
    std::int64_t subscribed = 0;
    std::int64_t left = 0;
    std::int64_t visits = 0;
    std::array<std::int64_t, prompt_steps.size()> prompts{};  // by step

    LogCounts& operator+=(const LogCounts& other);
};

using LogDay = std::int64_t;                          // since 1970-01-01
using LogRunKey = std::pair<std::string, std::int64_t>;  // site, run; run 0: of no run

class LogFigures {
public:
    // One line of a log. Lines that tell nothing for a report (file headers, heartbeats, the
    // subscription log's) are read over; those that cannot be read are counted.
    void take(std::string_view line);
    // The rest of a file that is damaged.
    void take_damage() { ++unreadable_; }
    // The next file begins.
    void begin_file();

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
    using Place = std::pair<std::size_t, std::int64_t>;  // hash of the file's name, octet
    using FirstDays = std::unordered_map<webpush::SubscriptionId, LogDay, IdHash>;
    using Ids = std::unordered_set<webpush::SubscriptionId, IdHash>;
    struct OfRun {
        FirstDays shown, clicked, closed;
        std::unordered_set<Click, ClickHash> clicks;
    };
    struct OfDay {
        Ids subscribed, left;
        std::unordered_set<Click, ClickHash> visits;
        std::array<std::set<Place>, prompt_steps.size()> prompts;
    };

    bool count(const webpush::FileHeader& header);
    bool count(const webpush::EventRecord& record);
    bool count(const webpush::ConsentEventRecord& record);
    bool count(const webpush::VisitRecord& record);
    bool count(const webpush::PromptRecord& record);
    OfDay* day_of(std::int64_t time, const std::string& site);
    // Heartbeats and the subscription log's records.
    template <typename Record>
    bool count(const Record&) {
        return true;
    }

    webpush::JsonReader reader_;
    bool known_version_ = true;
    std::int64_t lines_ = 0;
    std::int64_t unreadable_ = 0;
    Place place_;      // of the line
    Place next_place_;
    std::map<LogRunKey, OfRun> runs_;
    std::map<std::pair<LogDay, std::string>, OfDay> days_;  // by day and site
};

}  // namespace webpush_cli
