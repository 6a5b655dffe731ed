#include "send/alarms.h"

#include <utility>

#include "log.h"

namespace webpushd {

namespace {

constexpr std::uint64_t touch_every_ms = 60000;

}  // namespace

void Alarms::raise(const AlarmId& id, const std::string& text) {
    cleared_.erase(id);
    const auto [entry, is_new] = raised_.try_emplace(id);
    if (is_new) { entry->second.text = text; }
}

void Alarms::count(const AlarmId& id, std::int64_t messages) {
    const auto found = raised_.find(id);
    if (found != raised_.end()) { found->second.messages += messages; }
}

void Alarms::clear(const AlarmId& id) {
    raised_.erase(id);
    cleared_.insert(id);
}

void Alarms::tick(std::uint64_t now) {
    tell_cleared();
    tell_raised();
    const bool all = now >= touched_ + touch_every_ms;
    if (all) { touched_ = now; }
    tell_counts(all);
}

void Alarms::tell_cleared() {
    if (cleared_.empty()) { return; }
    const std::set<AlarmId> cleared = std::exchange(cleared_, {});
    store_.clear({cleared.begin(), cleared.end()}, [this, cleared](const auto& ended) {
        if (!ended) {
            for (const AlarmId& id : cleared) {
                if (!raised_.contains(id)) { cleared_.insert(id); }
            }
            return;
        }
        for (const AlarmId& id : *ended) {
            log_info("alarm {} is over", id.key);
        }
    });
}

void Alarms::tell_raised() {
    std::vector<RaisedAlarm> news;
    for (auto& [id, entry] : raised_) {
        if (!std::exchange(entry.told, true)) { news.push_back({id, entry.text}); }
    }
    if (news.empty()) { return; }
    store_.raise(news, [this, news](const auto& first) {
        if (!first) {
            for (const RaisedAlarm& alarm : news) {
                const auto found = raised_.find(alarm.id);
                if (found != raised_.end()) { found->second.told = false; }
            }
            return;
        }
        for (const RaisedAlarm& alarm : *first) {
            log_warn("alarm {}: {}", alarm.id.key, alarm.text);
        }
    });
}

void Alarms::tell_counts(bool all) {
    std::vector<AlarmCount> counts;
    for (auto& [id, entry] : raised_) {
        if (all || entry.messages > 0) { counts.push_back({id, std::exchange(entry.messages, 0)}); }
    }
    if (counts.empty()) { return; }
    store_.touch(counts, [this, counts](const auto& touched) {
        if (touched) { return; }
        for (const AlarmCount& alarm : counts) {
            count(alarm.id, alarm.messages);
        }
    });
}

}  // namespace webpushd
