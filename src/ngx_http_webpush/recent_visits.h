// Which visits a worker has recorded lately, so that it records each once an interval and looks at
// a page view after that no more than this table takes: about 0.1 us.
//
// Only visits of cookies that verified are noted, under a key that the worker makes for itself when
// it starts: a stranger can neither fill the table nor make somebody's visit look recorded. It ends
// with the worker, so the visits after a reload are recorded anew.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "ngx.h"
#include "visit_rule.h"
#include "webpush/recent_table.h"
#include "webpush/siphash.h"

namespace ngx_webpush {

class RecentVisits {
public:
    // Takes `size` octets, at least min_size. Throws std::bad_alloc.
    explicit RecentVisits(std::size_t size);

    std::uint64_t key_of(std::string_view cookie, const VisitValues& values) const;

    bool contains(std::uint64_t key) const;
    void note(std::uint64_t key, time_t seconds);

    static constexpr std::size_t min_size = 4096;

private:
    webpush::SipHash hash_;
    std::unique_ptr<webpush::RecentTable::Set[]> sets_;
    webpush::RecentTable table_;
};

}  // namespace ngx_webpush
