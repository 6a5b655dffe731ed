// webpush_limit_subscriptions, webpush_limit_contact, webpush_limit_events: so many in a time.
#pragma once

#include <cstdint>

#include "ngx.h"

namespace ngx_webpush {

// Lives in the configuration's pool.
struct LimitRule {
    ngx_http_complex_value_t* key;  // who is limited; nullptr where the directive tells
    std::uint32_t number;
    std::uint32_t seconds;
};

// The setter of webpush_limit_subscriptions, which may be there several times, to
// LocConf::subscription_limits: nullptr after "off".
char* add_subscription_limit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

// The setter of the others, to the LimitRule* at the command's offset: nullptr after "off".
char* set_limit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace ngx_webpush
