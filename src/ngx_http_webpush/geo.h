// webpush_geo: where a subscriber is, from nginx variables that any geo module or header can feed.
#pragma once

#include "ngx.h"
#include "webpush/place.h"

namespace ngx_webpush {

// Lives in the configuration's pool. What was not given is nullptr.
struct GeoRule {
    ngx_http_complex_value_t* country;
    ngx_http_complex_value_t* region;
    ngx_http_complex_value_t* city;
    ngx_http_complex_value_t* position;
};

// Only what makes sense (webpush/place.h); nothing without a rule.
webpush::Place place_of(ngx_http_request_t* r);

// The setter of webpush_geo, to LocConf::geo: nullptr after "off".
char* set_geo(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace ngx_webpush
