// A run as the API shows it.
#pragma once

#include "report/run_report.h"
#include "store/campaign_store.h"
#include "webpush/json_out.h"

namespace webpushd {

// Members of an object that the caller has begun.
void write_run_members(webpush::JsonWriter& json, const Run& run);

// One member: how many of a cancelled run's audience were never sent to.
void write_never_sent(webpush::JsonWriter& json, const Run& run, const RunProgress& progress);

// One whole object, with how far the run is.
void write_run(webpush::JsonWriter& json, const Run& run, const RunProgress& progress);

}  // namespace webpushd
