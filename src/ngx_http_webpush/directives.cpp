#include "directives.h"

#include "endpoints.h"
#include "limit_zone.h"
#include "recent_visits.h"
#include "status_zone.h"
#include "str.h"
#include "webpush/config_value.h"

namespace ngx_webpush {
namespace {

char* conf_error() { return static_cast<char*>(NGX_CONF_ERROR); }

template <typename... Args>
char* refuse(ngx_conf_t* cf, const char* format, Args... args) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, format, args...);
    return conf_error();
}

char* check_site_name(ngx_conf_t* cf, void*, void* data) {
    auto* name = static_cast<ngx_str_t*>(data);
    if (webpush::is_site_name(to_view(*name))) { return NGX_CONF_OK; }
    return refuse(cf, "invalid site name \"%V\"", name);
}

char* make_path_full(ngx_conf_t* cf, void*, void* data) {
    bool done = ngx_conf_full_name(cf->cycle, static_cast<ngx_str_t*>(data), 0) == NGX_OK;
    return done ? NGX_CONF_OK : conf_error();
}

char* check_edge_id(ngx_conf_t* cf, void*, void* data) {
    auto* id = static_cast<ngx_str_t*>(data);
    if (webpush::is_edge_id(to_view(*id))) { return NGX_CONF_OK; }
    return refuse(cf, "invalid edge id \"%V\"", id);
}

char* check_click_fallback(ngx_conf_t* cf, void*, void* data) {
    auto* uri = static_cast<ngx_str_t*>(data);
    if (webpush::is_redirect_target(to_view(*uri))) { return NGX_CONF_OK; }
    return refuse(cf, "invalid URI \"%V\"", uri);
}

char* check_visit_table(ngx_conf_t* cf, void*, void* data) {
    bool is_enough = *static_cast<size_t*>(data) >= RecentVisits::min_size;
    return is_enough ? NGX_CONF_OK
                     : refuse(cf, "value must be at least %uz", RecentVisits::min_size);
}

template <size_t min_size>
char* check_zone_size(ngx_conf_t* cf, void*, void* data) {
    if (*static_cast<size_t*>(data) >= min_size) { return NGX_CONF_OK; }
    return refuse(cf, "zone is too small, it needs at least %uz bytes", min_size);
}

// Appends the directive's arguments to `list`, each passed by `is_valid`.
char* add_values(ngx_conf_t* cf, ngx_array_t*& list, bool (*is_valid)(std::string_view),
                 const char* refusal) {
    if (list == nullptr) { list = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t)); }
    if (list == nullptr) { return conf_error(); }

    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    for (ngx_uint_t i = 1; i < cf->args->nelts; ++i) {
        if (!is_valid(to_view(arguments[i]))) { return refuse(cf, refusal, &arguments[i]); }
        auto* value = static_cast<ngx_str_t*>(ngx_array_push(list));
        if (value == nullptr) { return conf_error(); }
        *value = arguments[i];
    }
    return NGX_CONF_OK;
}

}  // namespace

ngx_conf_post_t site_name_check = {check_site_name};
ngx_conf_post_t edge_dir_check = {make_path_full};
ngx_conf_post_t edge_id_check = {check_edge_id};
ngx_conf_post_t click_fallback_check = {check_click_fallback};
ngx_conf_post_t visit_table_check = {check_visit_table};
ngx_conf_enum_t landing_scopes[] = {
    {ngx_string("off"), landing_off},
    {ngx_string("clicked"), landing_clicked},
    {ngx_string("all"), landing_all},
    {ngx_null_string, 0},
};
ngx_conf_enum_t limit_log_levels[] = {
    {ngx_string("info"), NGX_LOG_INFO}, {ngx_string("notice"), NGX_LOG_NOTICE},
    {ngx_string("warn"), NGX_LOG_WARN}, {ngx_string("error"), NGX_LOG_ERR},
    {ngx_null_string, 0},
};
ngx_conf_post_t status_zone_size_check = {check_zone_size<min_status_zone_size>};
ngx_conf_post_t limit_zone_size_check = {check_zone_size<LimitZone::min_size>};
ngx_conf_num_bounds_t sync_queue_bounds = {ngx_conf_check_num_bounds, 1, 1'000'000};

char* add_origins(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return add_values(cf, static_cast<LocConf*>(conf)->origins, webpush::is_origin,
                      "invalid origin \"%V\"");
}

char* add_cors_origins(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return add_values(cf, static_cast<LocConf*>(conf)->cors, webpush::is_origin,
                      "invalid origin \"%V\"");
}

char* add_endpoint_hosts(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return add_values(cf, static_cast<LocConf*>(conf)->endpoint_hosts, webpush::is_endpoint_host,
                      "invalid host \"%V\"");
}

char* set_status(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    if (cf->args->nelts > 1) {
        auto format = status_format_from_name(to_view(arguments[1]));
        if (!format) { return refuse(cf, "invalid parameter \"%V\"", &arguments[1]); }
        static_cast<LocConf*>(conf)->status_format = *format;
    }
    main_conf(cf).has_status = true;
    return set_handler(cf, conf, status_handler);
}

char* set_handler(ngx_conf_t* cf, void* conf, ngx_http_handler_pt handler) noexcept {
    static char duplicate[] = "is duplicate: the location has a webpush handler";
    auto* location = static_cast<LocConf*>(conf);
    if (location->handler != nullptr) { return duplicate; }
    location->handler = handler;

    void* core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    static_cast<ngx_http_core_loc_conf_t*>(core)->handler = handler;
    return NGX_CONF_OK;
}

}  // namespace ngx_webpush
