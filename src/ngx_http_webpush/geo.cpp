#include "geo.h"

#include "complex_value.h"
#include "conf.h"
#include "str.h"

namespace ngx_webpush {

webpush::Place place_of(ngx_http_request_t* r) {
    const GeoRule* rule = loc_conf(r).geo;
    if (rule == nullptr) { return {}; }
    return {webpush::country_code(value_of(r, rule->country)),
            webpush::place_name(value_of(r, rule->region)),
            webpush::place_name(value_of(r, rule->city)),
            webpush::rounded_position(value_of(r, rule->position))};
}

char* set_geo(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    static char duplicate[] = "is duplicate";
    auto* location = static_cast<LocConf*>(conf);
    if (location->geo != NGX_CONF_UNSET_PTR) { return duplicate; }

    std::string_view first = to_view(static_cast<ngx_str_t*>(cf->args->elts)[1]);
    if (cf->args->nelts == 2 && first == "off") {
        location->geo = nullptr;
        return NGX_CONF_OK;
    }
    auto* rule = static_cast<GeoRule*>(ngx_pcalloc(cf->pool, sizeof(GeoRule)));
    if (rule == nullptr) { return static_cast<char*>(NGX_CONF_ERROR); }
    location->geo = rule;
    return read_named_values(cf, {{"country", &rule->country},
                                  {"region", &rule->region},
                                  {"city", &rule->city},
                                  {"position", &rule->position}});
}

}  // namespace ngx_webpush
