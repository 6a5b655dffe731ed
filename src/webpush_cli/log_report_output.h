// The figures of event logs for people, for spreadsheets and for programs.
#pragma once

#include <map>
#include <string>

#include "log_figures.h"
#include "terminal.h"
#include "webpush/catalogue.h"

namespace webpush_cli {

using RunNames = std::map<LogRunKey, webpush::CatalogueRun>;

// "5,000 lines read, 2 of them could not be understood"
std::string lines_read(const LogFigures& figures);

// Tables by run, by day, and of visits and asking by day.
std::string log_report_text(const Terminal& terminal, const LogFigures& figures,
                            const RunNames& names);

// "day,site,run,name,shown,clicked,clicks,closed,subscribed,left,visits,prompt_shown" and so on with
// the steps of asking: a line a day and run, and one a day, without a run, for what is of none. Nothing
// is counted in two lines.
std::string log_report_csv(const LogFigures& figures, const RunNames& names);

// {"lines":..,"unreadable":..,"subscribed":..,"left":..,"visits":..,
//  "prompt":{"shown":..,"accepted":..,"dismissed":..,"granted":..,"denied":..,"default":..},
//  "runs":[{"run":..,"site":..,"name":..,"shown":..,"clicked":..,"clicks":..,"closed":..},..],
//  "days":[{"day":..,"site":..,"run":..,"name":..,"shown":.. and so on to "prompt":{..}},..]}
// Days are UTC's; run is null and name absent where a line is about no run.
std::string log_report_json(const LogFigures& figures, const RunNames& names);

}  // namespace webpush_cli
