#include "send/composer.h"

#include <algorithm>

namespace webpushd {

namespace {

// What the large push services keep a message at most (28 days).
constexpr std::int64_t longest_ttl = 2419200;

Outcome outcome(OutcomeKind kind, std::string_view reason) {
    Outcome outcome;
    outcome.kind = kind;
    outcome.reason = reason;
    return outcome;
}

webpush::PayloadContext payload_context(const Message& message, std::int64_t now) {
    const Job& job = *message.job;
    webpush::PayloadContext context;
    context.site = job.site->row.name;
    context.origin = job.site->row.origin;
    context.push_path = job.site->row.push_path;
    context.tag = job.collapse;
    context.run = job.run.id;
    context.subscription = message.recipient.id;
    context.issued = static_cast<std::uint32_t>(now);
    context.platform = message.platform();
    return context;
}

}  // namespace

std::optional<Outcome> Composer::compose(Message& message, const std::string& host,
                                         const VapidKey& key, std::int64_t now) {
    const Job& job = *message.job;
    const std::int64_t seconds_left = job.run.active_until - now;
    if (seconds_left <= 0) { return outcome(OutcomeKind::expired, "late"); }
    if (message.body.empty()) {
        if (auto problem = encrypt_payload(message, now)) { return problem; }
    }
    message.reset_answer();
    message.authorization = vapid_.get(host, key, job.site->row.contact, now);
    message.ttl = std::to_string(std::min(seconds_left, longest_ttl));
    message.urgency = job.run.urgency;
    message.wns_cache = message.mended.wns_cache;
    message.topic = message.mended.topic ? std::string()
                                         : webpush::topic(job.site->keys.topic_secret, job.collapse,
                                                          message.recipient.id);
    return std::nullopt;
}

std::optional<Outcome> Composer::encrypt_payload(Message& message, std::int64_t now) {
    const Job& job = *message.job;
    const auto payload = webpush::render_payload(job.notification, payload_context(message, now),
                                                 job.site->keys.link);
    if (!payload) { return outcome(OutcomeKind::failed, "too_big"); }
    message.reduced = payload->reduced;
    auto body = encryptor_.encrypt(payload->json, message.recipient.p256dh, message.recipient.auth);
    if (!body) { return outcome(OutcomeKind::failed, "bad_key"); }
    message.body = std::move(*body);
    encrypted_.add();
    return std::nullopt;
}

}  // namespace webpushd
