// What the log phase knows of an answer, whoever made it.
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// As $status has it; 0 when nothing was answered.
inline ngx_uint_t status_of(ngx_http_request_t* r) {
    return r->err_status != 0 ? r->err_status : r->headers_out.status;
}

// 1 for 1xx, 2 for 2xx ...
inline ngx_uint_t status_class(ngx_uint_t status) { return status / 100; }

// What the upstreams took, all that were tried, where they were asked; otherwise since the request
// began.
ngx_msec_t response_time(ngx_http_request_t* r);

}  // namespace ngx_webpush
