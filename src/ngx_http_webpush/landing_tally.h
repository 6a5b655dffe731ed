// What a worker has counted of answers since its last heartbeat, by site: those that people who
// clicked got, and all of the locations where that is asked for.
#pragma once

#include <string>
#include <vector>

#include "ngx.h"
#include "site_files.h"
#include "webpush/log_record.h"

namespace ngx_webpush {

class LandingTally {
public:
    // `status_class` is 1 to 5. The site must outlive this.
    void count(const Site& site, bool of_clicks, ngx_uint_t status_class, ngx_msec_t took);

    // Appends a line for each site that had answers, and begins anew.
    void take_lines(std::string& out, std::int64_t now);

private:
    struct Row {
        const Site* site;
        webpush::LandingRecord record;
        bool is_empty = true;
    };
    Row& row_of(const Site& site, bool of_clicks);

    std::vector<Row> rows_;  // a few, as sites are
};

}  // namespace ngx_webpush
