#include "request_counter.h"

#include "conf.h"
#include "counters.h"

namespace ngx_webpush {

ngx_int_t count_request(ngx_http_request_t* r) noexcept {
    auto kind = static_cast<std::size_t>(kind_of(r));
    if (kind == 0 || r != r->main) { return NGX_OK; }
    auto outcome = static_cast<std::size_t>(outcome_of(r));
    if (outcome != 0) { loc_conf(r).site->counters->requests[kind][outcome].add(1); }
    return NGX_OK;
}

}  // namespace ngx_webpush
