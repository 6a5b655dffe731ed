#include "log_figures.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <variant>

namespace webpush_cli {
namespace {

constexpr std::int64_t day_ms = 86400 * 1000;
constexpr std::int64_t last_time = 253402300799999;  // the end of 9999: what the daemon takes, too

bool is_possible(std::int64_t time) { return time >= 0 && time <= last_time; }

template <typename Days>
void note_day(Days& days, const webpush::SubscriptionId& id, LogDay day) {
    const auto [entry, is_new] = days.try_emplace(id, day);
    if (!is_new) { entry->second = std::min(entry->second, day); }
}

}  // namespace

LogCounts& LogCounts::operator+=(const LogCounts& other) {
    shown += other.shown;
    clicked += other.clicked;
    clicks += other.clicks;
    closed += other.closed;
    subscribed += other.subscribed;
    left += other.left;
    return *this;
}

// Ids are digests already.
std::size_t LogFigures::IdHash::operator()(const webpush::SubscriptionId& id) const {
    std::size_t hash = 0;
    std::memcpy(&hash, id.data(), sizeof hash);
    return hash;
}

std::size_t LogFigures::ClickHash::operator()(const Click& click) const {
    return IdHash()(click.subscription) ^ std::hash<std::int64_t>()(click.time) ^ click.action;
}

void LogFigures::take(std::string_view line) {
    ++lines_;
    const auto record = webpush::parse_line(reader_, line);
    const bool counted =
        record.ok() && std::visit([this](const auto& known) { return count(known); }, *record);
    if (!counted) { ++unreadable_; }
}

bool LogFigures::count(const webpush::FileHeader& header) {
    known_version_ = header.version == webpush::log_format_version;
    return known_version_;
}

bool LogFigures::count(const webpush::EventRecord& record) {
    if (!known_version_ || !is_possible(record.time)) { return false; }
    OfRun& run = runs_[{record.site, record.run}];
    const LogDay day = record.time / day_ms;
    switch (record.kind) {
        case webpush::EventKind::shown: note_day(run.shown, record.subscription, day); break;
        case webpush::EventKind::closed: note_day(run.closed, record.subscription, day); break;
        case webpush::EventKind::click:
            note_day(run.clicked, record.subscription, day);
            run.clicks.insert({record.subscription, record.time,
                               std::hash<std::string_view>()(record.action)});
            break;
    }
    return true;
}

bool LogFigures::count(const webpush::ConsentEventRecord& record) {
    if (!known_version_ || !is_possible(record.time)) { return false; }
    OfDay& day = consents_[{record.time / day_ms, record.site}];
    const bool subscribed = record.change == webpush::ConsentChange::subscribed;
    (subscribed ? day.subscribed : day.left).insert(record.subscription);
    return true;
}

std::map<std::pair<LogDay, LogRunKey>, LogCounts> LogFigures::by_day() const {
    std::map<std::pair<LogDay, LogRunKey>, LogCounts> days;
    for (const auto& [key, run] : runs_) {
        for (const auto& [id, day] : run.shown) { ++days[{day, key}].shown; }
        for (const auto& [id, day] : run.closed) { ++days[{day, key}].closed; }
        for (const auto& [id, day] : run.clicked) { ++days[{day, key}].clicked; }
        for (const Click& click : run.clicks) { ++days[{click.time / day_ms, key}].clicks; }
    }
    for (const auto& [key, day] : consents_) {
        LogCounts& counts = days[{key.first, {key.second, 0}}];
        counts.subscribed += std::ssize(day.subscribed);
        counts.left += std::ssize(day.left);
    }
    return days;
}

std::map<LogRunKey, LogCounts> LogFigures::by_run() const {
    std::map<LogRunKey, LogCounts> runs;
    for (const auto& [key, counts] : by_day()) {
        if (key.second.second != 0) { runs[key.second] += counts; }
    }
    return runs;
}

}  // namespace webpush_cli
