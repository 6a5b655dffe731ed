// What the events of one request become: lines of the two logs, and refusals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ngx.h"
#include "webpush/event_request.h"
#include "webpush/octets.h"
#include "webpush/problem.h"

namespace ngx_webpush {

class EventLines {
public:
    // For a request in a location of webpush_event, which must outlive this.
    explicit EventLines(ngx_http_request_t* r);

    // Checks who vouches for the event and writes its line; otherwise tells why it is refused.
    std::optional<webpush::Error> add(const webpush::EventRequest& request);

    const std::string& events() const { return events_; }                // for the event log
    const std::string& subscriptions() const { return subscriptions_; }  // to be synced

private:
    using Refusal = std::optional<webpush::Error>;

    Refusal write(std::int64_t time, const webpush::Receipt& receipt);
    Refusal write(std::int64_t time, const webpush::PromptEvent& prompt);
    Refusal write(std::int64_t time, const webpush::TrackEvent& track);
    Refusal write(std::int64_t time, const webpush::ProfileChange& change);
    Refusal write(std::int64_t time, const webpush::Identification& claim);
    Refusal write(std::int64_t time, const webpush::Forgetting& forgetting);

    // Writes `record`, of the visitor, to `log`.
    template <typename Record>
    Refusal write_for_visitor(std::string& log, Record record);
    const std::optional<webpush::SubscriptionId>& visitor();

    ngx_http_request_t* r_;
    std::string events_;
    std::string subscriptions_;
    bool asked_for_visitor_ = false;
    std::optional<webpush::SubscriptionId> visitor_;
};

}  // namespace ngx_webpush
