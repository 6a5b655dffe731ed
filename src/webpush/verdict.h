// What a push service's answer means for the delivery and for the subscription (RFC 8030 and what
// the services really do). Pure: it sees one answer at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace webpush {

enum class Verdict {
    accepted,      // delivered to the push service
    dropped,       // accepted and thrown away (WNS "dropped")
    gone,          // the subscription has ended: 404, 410
    key_mismatch,  // the subscription was made with another VAPID key
    refused,       // 401, 403: our signature, or the origin refuses us; once more with a fresh JWT
    retry,         // 429, 406, 5xx, 507: wait
    no_topic,      // Apple BadWebPushTopic: once more without Topic
    wns_cache,     // WNS TTL conflict: once more with X-WNS-Cache-Policy
    failed,        // this delivery cannot succeed: 400, 413, redirects
};
std::string_view name(Verdict verdict);

struct PushAnswer {
    int status = 0;
    std::string_view body;         // the beginning is enough (1 kB)
    std::string_view retry_after;  // header, "" when absent
    std::string_view wns_status;   // X-WNS-Status, "" when absent
    std::string_view wns_error;    // X-WNS-Error-Description
};

Verdict judge(const PushAnswer& answer);

// Retry-After (RFC 9110 section 10.2.3) in seconds from `now` (unix seconds): delta-seconds or an
// IMF-fixdate, clamped to 0..86400. nullopt when absent or unreadable.
std::optional<std::int64_t> retry_after_seconds(std::string_view header, std::int64_t now);

}  // namespace webpush
