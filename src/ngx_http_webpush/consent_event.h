// The event log's line about a subscription that was made or ended.
#pragma once

#include "ngx.h"
#include "webpush/log_record.h"

namespace ngx_webpush {

// For the request's subscription (request_context.h), once its record is durable. A failure is in the error
// log only: what counts is in the subscription log.
void record_consent_event(ngx_http_request_t* r, webpush::ConsentChange change) noexcept;

}  // namespace ngx_webpush
