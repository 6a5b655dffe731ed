// webpush_visit: what a visit says beside who it was, each a text with nginx variables.
#pragma once

#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// Lives in the configuration's pool. What was not given is nullptr.
struct VisitRule {
    ngx_http_complex_value_t* section;
    ngx_http_complex_value_t* product;
    ngx_http_complex_value_t* amount;
};

// Valid as long as the request. "" where there is nothing, or nothing fit (webpush/visit_value.h).
struct VisitValues {
    std::string_view section;
    std::string_view product;
    std::string_view amount;
};

VisitValues evaluate(ngx_http_request_t* r, const VisitRule& rule);

// The setter of webpush_visit, to LocConf::visit: nullptr after "off".
char* set_visit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

}  // namespace ngx_webpush
