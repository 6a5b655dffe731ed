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

// Two tables: by run, and by day.
std::string log_report_text(const Terminal& terminal, const LogFigures& figures,
                            const RunNames& names);

// "day,site,run,name,shown,clicked,clicks,closed,subscribed,left": a line a day and run, and one a
// day, without a run, for who subscribed and left. Nothing is counted in two lines.
std::string log_report_csv(const LogFigures& figures, const RunNames& names);

// {"lines":..,"unreadable":..,"subscribed":..,"left":..,
//  "runs":[{"run":..,"site":..,"name":..,"shown":..,"clicked":..,"clicks":..,"closed":..},..],
//  "days":[{"day":..,"site":..,"run":..,"name":..,"shown":.. and so on to "left":..},..]}
// Days are UTC's; run is null and name absent where a line is about no run.
std::string log_report_json(const LogFigures& figures, const RunNames& names);

}  // namespace webpush_cli
