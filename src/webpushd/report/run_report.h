// The report of one run: what became of its messages and what people did with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/campaign_store.h"
#include "store/connection.h"
#include "store/report_store.h"
#include "timeline.h"
#include "webpush/json_out.h"

namespace webpushd {

// Outcomes and waiting of a run, without a look at single deliveries: cheap enough to be asked for
// twice a second while a run goes on.
struct RunProgress {
    std::int64_t accepted = 0;
    std::int64_t dropped = 0;       // taken and thrown away by the push service, or not sent
    std::int64_t gone = 0;          // the subscription has ended
    std::int64_t key_mismatch = 0;  // made with another VAPID key
    std::int64_t expired = 0;       // "active until" passed before it could be sent
    std::int64_t failed = 0;
    std::int64_t deferred = 0;      // held: wait to be sent (again)
    std::int64_t in_doubt = 0;      // of accepted and dropped: a sender may have sent them before
    std::vector<ReasonCount> drops;        // `dropped` by reason
    std::vector<ReasonCount> expirations;  // `expired` by reason
    std::vector<ReasonCount> failures;     // `failed` by reason
    std::vector<ReasonCount> waiting;      // `deferred` by reason

    // Deliveries that are decided.
    std::int64_t handled() const;
};

struct RunReport {
    RunProgress progress;
    std::int64_t accepted_reporting = 0;  // accepted by browsers that report what they show
    std::int64_t shown = 0;
    std::int64_t closed = 0;
    std::int64_t clicked = 0;  // subscriptions that clicked
    std::int64_t clicks = 0;   // all clicks
    std::vector<EventCount> actions;  // clicks by button
    Timeline timeline;

    // Shown of those that can report it: Safari never does, so it must not lower the rate.
    // nullopt when there is nothing to divide by.
    std::optional<double> shown_rate() const;
    // Subscriptions that clicked, of all accepted: clicks are seen at the edge for every browser.
    std::optional<double> click_rate() const;
};

RunProgress read_progress(Connection& db, std::int64_t run);
RunReport read_report(Connection& db, const Run& run);

// Members of an object that the caller has begun.
void write_progress(webpush::JsonWriter& json, const RunProgress& progress);
void write_report(webpush::JsonWriter& json, const RunReport& report);

}  // namespace webpushd
