#include "landing_tally.h"

#include <algorithm>

#include "counters.h"

namespace ngx_webpush {

void LandingTally::count(const Site& site, bool of_clicks, ngx_uint_t status_class,
                         ngx_msec_t took) {
    Row& row = row_of(site, of_clicks);
    auto milliseconds = static_cast<std::int64_t>(took);
    ++row.record.answers[status_class - 1];
    row.record.milliseconds += milliseconds;
    row.record.slowest = std::max(row.record.slowest, milliseconds);
    row.is_empty = false;
    site.counters->landings[of_clicks ? 1 : 0][status_class - 1].add(1);
}

void LandingTally::take_lines(std::string& out, std::int64_t now) {
    for (Row& row : rows_) {
        if (row.is_empty) { continue; }
        row.record.time = now;
        webpush::append_line(out, row.record);
        row.record.answers = {};
        row.record.milliseconds = row.record.slowest = 0;
        row.is_empty = true;
    }
}

LandingTally::Row& LandingTally::row_of(const Site& site, bool of_clicks) {
    auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) {
        return row.site == &site && row.record.of_clicks == of_clicks;
    });
    if (found != rows_.end()) { return *found; }
    Row& row = rows_.emplace_back(Row{&site, {}});
    row.record.site = site.name;
    row.record.of_clicks = of_clicks;
    return row;
}

}  // namespace ngx_webpush
