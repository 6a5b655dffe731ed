// Makes a recipient's request: payload, encryption, VAPID, headers.
#pragma once

#include <cstdint>
#include <optional>

#include "counters.h"
#include "send/job.h"
#include "send/vapid_cache.h"
#include "store/outcome_store.h"
#include "webpush/encryption.h"

namespace webpushd {

// One thread at a time; one instance a sender thread.
class Composer {
public:
    // Both outlive it.
    Composer(VapidCache& vapid, Counter& encrypted) : vapid_(vapid), encrypted_(encrypted) {}

    // Fills in the message's request for the push service at `host`, signed with `key`, except
    // authority; an outcome instead when it cannot or need not be sent. `now` in unix seconds.
    std::optional<Outcome> compose(Message& message, const std::string& host, const VapidKey& key,
                                   std::int64_t now);

private:
    std::optional<Outcome> encrypt_payload(Message& message, std::int64_t now);

    VapidCache& vapid_;
    Counter& encrypted_;
    webpush::MessageEncryptor encryptor_;
};

}  // namespace webpushd
