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
    visits += other.visits;
    for (std::size_t i = 0; i < prompts.size(); ++i) { prompts[i] += other.prompts[i]; }
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
    place_ = next_place_;
    next_place_.second += std::ssize(line) + 1;
    const auto record = webpush::parse_line(reader_, line);
    const bool counted =
        record.ok() && std::visit([this](const auto& known) { return count(known); }, *record);
    if (!counted) { ++unreadable_; }
}

void LogFigures::begin_file() {
    known_version_ = true;
    next_place_ = {};
}

bool LogFigures::count(const webpush::FileHeader& header) {
    next_place_.first = std::hash<std::string>()(webpush::log_file_name(header));
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
    OfDay* day = day_of(record.time, record.site);
    if (day == nullptr) { return false; }
    const bool subscribed = record.change == webpush::ConsentChange::subscribed;
    (subscribed ? day->subscribed : day->left).insert(record.subscription);
    return true;
}

bool LogFigures::count(const webpush::VisitRecord& record) {
    OfDay* day = day_of(record.time, record.site);
    if (day == nullptr) { return false; }
    day->visits.insert({record.subscription, record.time, 0});
    return true;
}

bool LogFigures::count(const webpush::PromptRecord& record) {
    OfDay* day = day_of(record.time, record.site);
    if (day == nullptr) { return false; }
    const auto step = std::find(prompt_steps.begin(), prompt_steps.end(), record.step);
    day->prompts[static_cast<std::size_t>(step - prompt_steps.begin())].insert(place_);
    return true;
}

// Null when the time cannot be, or the file is not of our format.
LogFigures::OfDay* LogFigures::day_of(std::int64_t time, const std::string& site) {
    const bool is_counted = known_version_ && is_possible(time);
    return is_counted ? &days_[{time / day_ms, site}] : nullptr;
}

std::map<std::pair<LogDay, LogRunKey>, LogCounts> LogFigures::by_day() const {
    std::map<std::pair<LogDay, LogRunKey>, LogCounts> days;
    for (const auto& [key, run] : runs_) {
        for (const auto& [id, day] : run.shown) { ++days[{day, key}].shown; }
        for (const auto& [id, day] : run.closed) { ++days[{day, key}].closed; }
        for (const auto& [id, day] : run.clicked) { ++days[{day, key}].clicked; }
        for (const Click& click : run.clicks) { ++days[{click.time / day_ms, key}].clicks; }
    }
    for (const auto& [key, day] : days_) {
        LogCounts& counts = days[{key.first, {key.second, 0}}];
        counts.subscribed += std::ssize(day.subscribed);
        counts.left += std::ssize(day.left);
        counts.visits += std::ssize(day.visits);
        for (std::size_t i = 0; i < day.prompts.size(); ++i) {
            counts.prompts[i] += std::ssize(day.prompts[i]);
        }
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
