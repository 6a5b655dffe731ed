#include "send/guards.h"

#include <utility>

namespace webpushd {

namespace {

using webpush::Verdict;

constexpr std::int64_t first_probe_seconds = 30;  // as in the table, which the list tells

AlarmId alarm_of(const GuardId& id) {
    const bool stopped = id.kind == GuardKind::stopped;
    return {(stopped ? "origin_stopped:" : "gone_held:") + id.origin, id.site};
}

std::string text_of(const GuardId& id) {
    if (id.kind == GuardKind::stopped) {
        return id.origin +
               " refuses what this site sends, also to subscriptions that it had accepted before: "
               "messages to it wait and are tried again by themselves. Look at the site's contact "
               "address (webpush site show), this machine's clock, and whether the VAPID keys in "
               "the "
               "state directory are still the site's (webpush keys).";
    }
    return id.origin +
           " says of unusually many subscriptions that they have ended. They are kept until its "
           "answers are usual again, or it says so again after seven days. If it has no outage, "
           "and "
           "the site was silent for months, nothing has to be done.";
}

}  // namespace

void Guards::answered(const Answer& answer) {
    switch (answer.verdict) {
        case Verdict::refused:
        case Verdict::key_mismatch: return note_refusal(answer, true);
        case Verdict::gone: note_ending(answer, true); return note_refusal(answer, false);
        case Verdict::accepted: note_ending(answer, false); return note_refusal(answer, false);
        case Verdict::dropped:
        case Verdict::failed: return note_refusal(answer, false);
        case Verdict::retry:
        case Verdict::no_topic:
        case Verdict::wns_cache: return;  // not the last word
    }
}

void Guards::note_refusal(const Answer& answer, bool refused) {
    const GuardId id{GuardKind::stopped, answer.origin, answer.site};
    if (held_.contains(id)) {
        if (answer.probe && answer.verdict == Verdict::accepted) { lift(id); }
        return;
    }
    AnswerWindow& window = windows_.try_emplace(id, refused_window).first->second;
    window.add(answer.subscription, refused);
    if (refused && refuses_too_many(window)) { set(id); }
}

void Guards::note_ending(const Answer& answer, bool gone) {
    const GuardId id{GuardKind::gone_held, answer.origin, 0};
    if (const auto found = held_.find(id); found != held_.end()) {
        ++found->second.share.answers;
        if (gone) { ++found->second.share.gone; }
        return;
    }
    AnswerWindow& window = windows_.try_emplace(id, gone_window).first->second;
    window.add(answer.subscription, gone);
    if (gone && ends_too_many(window)) { set(id); }
}

std::optional<std::int64_t> Guards::stopped(const std::string& origin, int site) const {
    if (held_.empty()) { return std::nullopt; }
    const auto found = held_.find({GuardKind::stopped, origin, site});
    if (found == held_.end()) { return std::nullopt; }
    return found->second.probe_in;
}

bool Guards::holds_gone(const std::string& origin) const {
    return !held_.empty() && held_.contains({GuardKind::gone_held, origin, 0});
}

bool Guards::take_probe(const std::string& origin, int site, std::function<void(bool)> done) {
    const GuardId id{GuardKind::stopped, origin, site};
    const auto found = held_.find(id);
    if (found == held_.end() || std::exchange(found->second.probing, true)) { return false; }
    store_.take_probe(id, [this, id, done = std::move(done)](const auto& taken) {
        const auto held = held_.find(id);
        if (held != held_.end()) {
            held->second.probing = false;
            held->second.probe_in = 1;  // until the next list tells
        }
        done(taken && *taken == 1);
    });
    return true;
}

void Guards::count(const GuardId& id) { alarms_.count(alarm_of(id), 1); }

// ---- what all senders share ----

void Guards::set(const GuardId& id) {
    ++changes_;
    take_up({id, first_probe_seconds});
    store_.set(id, [this, id](const auto& done) {
        if (!done) { held_.erase(id); }  // the window is still full: the next one tries again
    });
}

void Guards::take_up(const GuardState& state) {
    const auto [held, is_new] = held_.try_emplace(state.id);
    if (!held->second.probing) { held->second.probe_in = state.probe_in; }
    if (is_new) { alarms_.raise(alarm_of(state.id), text_of(state.id)); }
}

void Guards::lift(const GuardId& id) {
    if (std::exchange(held_[id].lifting, true)) { return; }
    store_.lift(id, [this, id](const auto& lifted) {
        if (!lifted) {
            if (const auto held = held_.find(id); held != held_.end()) {
                held->second.lifting = false;
            }
            return;
        }
        alarms_.clear(alarm_of(id));
        ++changes_;
        drop(id);
    });
}

// What was seen before says nothing about what comes now.
void Guards::drop(const GuardId& id) {
    held_.erase(id);
    windows_.erase(id);
}

void Guards::tick() {
    for (auto& [id, held] : held_) {
        if (id.kind == GuardKind::gone_held) { tell_share(id, held); }
    }
    store_.list([this, changes = changes_](const auto& states) {
        if (states && changes == changes_) { adopt(*states); }
    });
}

void Guards::adopt(const std::vector<GuardState>& states) {
    std::set<GuardId> present;
    for (const GuardState& state : states) {
        present.insert(state.id);
        take_up(state);
    }
    std::set<GuardId> over;
    for (const auto& [id, held] : held_) {
        if (!present.contains(id)) { over.insert(id); }
    }
    for (const GuardId& id : over) {
        alarms_.forget(alarm_of(id));
        drop(id);
    }
}

void Guards::tell_share(const GuardId& id, Held& held) {
    if (held.share.answers == 0) { return; }
    const GoneShare more = std::exchange(held.share, {});
    store_.count(id, more, [this, id](const auto& all) {
        if (!all || !held_.contains(id)) { return; }
        if (ends_few(static_cast<std::size_t>(all->answers), static_cast<std::size_t>(all->gone))) {
            lift(id);
        }
    });
}

}  // namespace webpushd
