// The report of a run, as the API gives it (GET /v1/runs/{id}/report), for people and for
// spreadsheets.
#pragma once

#include <string>

#include "terminal.h"
#include "webpush/json_in.h"

namespace webpush_cli {

// Tables with bars.
std::string run_report_text(const Terminal& terminal, const webpush::JsonObject& report);

// "figure,detail,time,value": one figure a line; `detail` is a reason or a button, `time` where a
// slot of the run's time begins. Both are empty for the figure of the whole run.
std::string run_report_csv(const webpush::JsonObject& report);

}  // namespace webpush_cli
