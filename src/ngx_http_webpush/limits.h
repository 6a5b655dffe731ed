// The limits of a location, asked before something is recorded. Each returns nullopt when there is
// room, and has counted it then; otherwise the refusal, which the error log has got. They throw
// std::bad_alloc.
#pragma once

#include <optional>
#include <string_view>

#include "ngx.h"
#include "webpush/octets.h"
#include "webpush/problem.h"
#include "webpush/token.h"

namespace ngx_webpush {

// A subscription that is made or refreshed; `contact` is who uses it, "" if nobody knows.
std::optional<webpush::Error> limit_subscription(ngx_http_request_t* r,
                                                 const webpush::SubscriptionId& id,
                                                 std::string_view contact);

// A subscription that is found to be this contact's.
std::optional<webpush::Error> limit_contact(ngx_http_request_t* r,
                                            const webpush::SubscriptionId& id,
                                            std::string_view contact);

// The course of asking a browser that nobody knows.
std::optional<webpush::Error> limit_prompt(ngx_http_request_t* r);

// An event of a notification, clicks included.
std::optional<webpush::Error> limit_event(ngx_http_request_t* r,
                                          const webpush::DeliveryToken& token);

// An event of the browser whose cookie names this subscription.
std::optional<webpush::Error> limit_event(ngx_http_request_t* r,
                                          const webpush::SubscriptionId& visitor);

}  // namespace ngx_webpush
