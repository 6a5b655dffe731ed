// webpush_limit_subscriptions, webpush_limit_prompts, webpush_limit_contact, webpush_limit_events: so
// many in a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// The directives.
enum class Limit : std::uint8_t { subscriptions, prompts, contact, events };

inline constexpr std::size_t limit_count = static_cast<std::size_t>(Limit::events) + 1;

// Static text: the end of the directive's name.
std::string_view name(Limit limit);

// Lives in the configuration's pool.
struct LimitRule {
    ngx_http_complex_value_t* key;  // who is limited; nullptr where the directive tells
    std::uint32_t number;
    std::uint32_t seconds;
};

// The setter of those that have a key and may be there several times, to the ngx_array_t* of
// LimitRule at the command's offset: nullptr after "off".
char* add_keyed_limit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

// The setter of the others, to the LimitRule* at the command's offset: nullptr after "off".
char* set_limit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace ngx_webpush
