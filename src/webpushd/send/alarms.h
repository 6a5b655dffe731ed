// What a sender thread has to tell the operator beside its log: alarms (store/alarm_store.h). Each is
// logged once by whoever raises it first, and once by whoever clears it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/alarm_store.h"

namespace webpushd {

class Alarms {
public:
    // `store` outlives it.
    explicit Alarms(AlarmStore& store) : store_(store) {}

    // It is so from now on, until clear() or forget(). Does nothing when it is raised already.
    void raise(const AlarmId& id, const std::string& text);
    // So many messages more are concerned; nothing for one that is not raised.
    void count(const AlarmId& id, std::int64_t messages);
    // It is over.
    void clear(const AlarmId& id);
    // Somebody else has cleared it.
    void forget(const AlarmId& id) { raised_.erase(id); }

    // Brings to the database what changed; call once a second, `now` in ms.
    void tick(std::uint64_t now);

private:
    struct Entry {
        std::string text;
        std::int64_t messages = 0;  // not yet told
        bool told = false;
    };

    void tell_raised();
    void tell_cleared();
    void tell_counts(bool all);

    AlarmStore& store_;
    std::map<AlarmId, Entry> raised_;
    std::set<AlarmId> cleared_;  // not yet told
    std::uint64_t touched_ = 0;  // when all were last said to be still true
};

}  // namespace webpushd
