// webpush_visit: visits of subscribers, recorded in the log phase from the visitor cookie, without
// any script in the page (README.md has the rules).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// What became of a visitor's page view.
enum class VisitResult : std::uint8_t {
    accepted,    // recorded
    throttled,   // one that says the same was recorded within webpush_visit_interval
    unverified,  // the cookie is not the site's
    unwritten,   // no room, or the log failed
};

inline constexpr std::size_t visit_result_count =
    static_cast<std::size_t>(VisitResult::unwritten) + 1;

// Static text: as results of requests are called, where there is such a one.
std::string_view name(VisitResult result);

// Handler of the log phase.
ngx_int_t log_visit(ngx_http_request_t* r) noexcept;

}  // namespace ngx_webpush
