// The content handlers, one a location (README.md).
#pragma once

#include "ngx.h"

namespace ngx_webpush {

// POST, answered 200 {"id":..} when the record is durable.
ngx_int_t subscribe_handler(ngx_http_request_t* r) noexcept;
ngx_int_t unsubscribe_handler(ngx_http_request_t* r) noexcept;

// POST of one event or a batch, answered 202 when the records are written, 200 when durable ones
// among them are on the disk.
ngx_int_t event_handler(ngx_http_request_t* r) noexcept;

// GET of a click link: 302 to its target, the click recorded.
ngx_int_t click_handler(ngx_http_request_t* r) noexcept;

// GET of the counters. The only one that belongs to no site.
ngx_int_t status_handler(ngx_http_request_t* r) noexcept;

}  // namespace ngx_webpush
