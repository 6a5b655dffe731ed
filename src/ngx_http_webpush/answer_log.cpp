#include "answer_log.h"

#include <algorithm>
#include <optional>

namespace ngx_webpush {
namespace {

constexpr auto no_time = static_cast<ngx_msec_t>(-1);

// nullopt where no upstream was asked.
std::optional<ngx_msec_t> upstream_time(ngx_http_request_t* r) {
    if (r->upstream_states == nullptr || r->upstream_states->nelts == 0) { return std::nullopt; }
    auto* states = static_cast<ngx_http_upstream_state_t*>(r->upstream_states->elts);
    ngx_msec_t sum = 0;
    for (ngx_uint_t i = 0; i < r->upstream_states->nelts; ++i) {
        if (states[i].response_time != no_time) { sum += states[i].response_time; }
    }
    return sum;
}

}  // namespace

ngx_msec_t response_time(ngx_http_request_t* r) {
    if (auto of_upstream = upstream_time(r)) { return *of_upstream; }
    const volatile ngx_time_t* now = ngx_timeofday();
    auto since = (now->sec - r->start_sec) * 1000 + (static_cast<ngx_msec_int_t>(now->msec) -
                                                     static_cast<ngx_msec_int_t>(r->start_msec));
    return static_cast<ngx_msec_t>(
        std::max<ngx_msec_int_t>(since, 0));  // the clock may be set back
}

}  // namespace ngx_webpush
