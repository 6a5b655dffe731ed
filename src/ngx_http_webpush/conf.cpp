#include "conf.h"

#include <algorithm>

#include "directives.h"
#include "endpoints.h"
#include "guard.h"
#include "limit_zone.h"
#include "pool_object.h"
#include "reopening.h"
#include "status_zone.h"
#include "str.h"
#include "webpush/config_value.h"

namespace ngx_webpush {
namespace {

constexpr ngx_int_t default_sync_queue = 4096;
constexpr size_t default_log_max_size = 64 * 1024 * 1024;
constexpr time_t default_log_max_age = 3600;
constexpr off_t default_log_min_free = 64 * 1024 * 1024;
constexpr time_t default_click_max_age = 90 * 24 * 3600;
constexpr size_t default_visit_table = 512 * 1024;
constexpr time_t default_visit_interval = 10 * 60;

ngx_path_init_t default_log_dir = {ngx_string("/var/lib/webpush/log"), {0, 0, 0}};

template <typename T>
T* unset() {
    return static_cast<T*>(NGX_CONF_UNSET_PTR);
}

char* conf_error() { return static_cast<char*>(NGX_CONF_ERROR); }

ngx_http_core_loc_conf_t& core_conf(ngx_conf_t* cf) {
    void* conf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    return *static_cast<ngx_http_core_loc_conf_t*>(conf);
}

// "if" and "limit_except" blocks have a configuration of their own but are the same location.
void inherit_handler(ngx_conf_t* cf, const LocConf& parent, LocConf& conf) {
    ngx_http_core_loc_conf_t& core = core_conf(cf);
    if ((core.noname || core.lmt_excpt) && core.handler == nullptr && conf.handler == nullptr) {
        conf.handler = parent.handler;
        conf.status_format = parent.status_format;
        core.handler = parent.handler;
    }
}

void make_endpoint_policy(ngx_conf_t* cf, LocConf& conf) {
    auto* policy =
        make_in_pool<webpush::EndpointPolicy>(cf->pool, webpush::EndpointPolicy::known_services());
    if (conf.endpoint_hosts != nullptr) {
        auto* hosts = static_cast<ngx_str_t*>(conf.endpoint_hosts->elts);
        std::for_each(hosts, hosts + conf.endpoint_hosts->nelts,
                      [policy](const ngx_str_t& host) { policy->allow(to_view(host)); });
    }
    conf.endpoint_policy = policy;
}

bool has_limits(const LocConf& conf) {
    return conf.subscription_limits != nullptr || conf.prompt_limits != nullptr ||
           conf.contact_limit != nullptr || conf.event_limit != nullptr;
}

char* prepare_location(ngx_conf_t* cf, LocConf& conf) {
    MainConf& main = main_conf(cf);
    conf.site = main.sites->load(cf, to_view(conf.edge_dir), to_view(conf.site_name));
    if (conf.site == nullptr) { return conf_error(); }
    main.records_visits = main.records_visits || conf.visit != nullptr;
    main.counts_landings = main.counts_landings || conf.landing != landing_off;
    main.has_limits = main.has_limits || (conf.handler != nullptr && has_limits(conf));
    if (conf.handler != nullptr) { make_endpoint_policy(cf, conf); }
    return NGX_CONF_OK;
}

ngx_int_t prepare_workers(ngx_conf_t* cf, MainConf& conf) {
    // nginx makes the directory at start and gives it to the workers' user, as its temporary ones.
    if (ngx_conf_merge_path_value(cf, &conf.log_dir, nullptr, &default_log_dir) != NGX_CONF_OK) {
        return NGX_ERROR;
    }
    ngx_str_t* name = conf.thread_pool_name.len > 0 ? &conf.thread_pool_name : nullptr;
    conf.thread_pool = ngx_thread_pool_add(cf, name);
    if (conf.thread_pool == nullptr) { return NGX_ERROR; }
    return watch_reopening(cf, conf);
}

// Host names may hold what file names of logs must not.
ngx_str_t edge_id_from_host_name(ngx_conf_t* cf) {
    ngx_str_t id = copy_to_pool(cf->pool, to_view(cf->cycle->hostname));
    std::replace_if(
        id.data, id.data + id.len,
        [](u_char c) { return !webpush::is_edge_id_character(static_cast<char>(c)); }, '-');
    return id;
}

}  // namespace

std::optional<StatusFormat> status_format_from_name(std::string_view name) {
    if (name == "json") { return StatusFormat::json; }
    if (name == "prometheus") { return StatusFormat::prometheus; }
    return std::nullopt;
}

MainConf& main_conf(ngx_http_request_t* r) {
    void* conf = ngx_http_get_module_main_conf(r, ngx_http_webpush_module);
    return *static_cast<MainConf*>(conf);
}

MainConf& main_conf(ngx_conf_t* cf) {
    void* conf = ngx_http_conf_get_module_main_conf(cf, ngx_http_webpush_module);
    return *static_cast<MainConf*>(conf);
}

const LocConf& loc_conf(ngx_http_request_t* r) {
    void* conf = ngx_http_get_module_loc_conf(r, ngx_http_webpush_module);
    return *static_cast<LocConf*>(conf);
}

void* create_main_conf(ngx_conf_t* cf) noexcept {
    return guarded(cf->log, "main configuration", static_cast<void*>(nullptr), [cf] {
        auto* conf = make_in_pool<MainConf>(cf->pool);
        conf->log_dir = nullptr;
        conf->sync_queue = NGX_CONF_UNSET;
        conf->log_max_size = NGX_CONF_UNSET_SIZE;
        conf->log_max_age = NGX_CONF_UNSET;
        conf->visit_table = NGX_CONF_UNSET_SIZE;
        conf->records_visits = false;
        conf->log_min_free = NGX_CONF_UNSET;
        conf->counts_landings = false;
        conf->click_targets = nullptr;
        conf->status_zone_size = NGX_CONF_UNSET_SIZE;
        conf->limit_zone_size = NGX_CONF_UNSET_SIZE;
        conf->sites = make_in_pool<Sites>(cf->pool);
        return static_cast<void*>(conf);
    });
}

char* init_main_conf(ngx_conf_t* cf, void* main) noexcept {
    return guarded(cf->log, "main configuration", conf_error(), [&]() -> char* {
        auto* conf = static_cast<MainConf*>(main);
        ngx_conf_init_value(conf->sync_queue, default_sync_queue);
        ngx_conf_init_size_value(conf->log_max_size, default_log_max_size);
        ngx_conf_init_value(conf->log_max_age, default_log_max_age);
        ngx_conf_init_size_value(conf->visit_table, default_visit_table);
        ngx_conf_init_value(conf->log_min_free, default_log_min_free);
        ngx_conf_init_size_value(conf->status_zone_size, default_status_zone_size);
        ngx_conf_init_size_value(conf->limit_zone_size, LimitZone::default_size);
        if (conf->edge_id.len == 0) { conf->edge_id = edge_id_from_host_name(cf); }
        return NGX_CONF_OK;
    });
}

void* create_loc_conf(ngx_conf_t* cf) noexcept {
    auto* conf = static_cast<LocConf*>(ngx_pcalloc(cf->pool, sizeof(LocConf)));
    if (conf == nullptr) { return nullptr; }
    conf->click_max_age = NGX_CONF_UNSET;
    conf->contact_unsigned = NGX_CONF_UNSET;
    conf->geo = static_cast<GeoRule*>(NGX_CONF_UNSET_PTR);
    conf->visit = static_cast<VisitRule*>(NGX_CONF_UNSET_PTR);
    conf->visit_interval = NGX_CONF_UNSET;
    conf->landing = NGX_CONF_UNSET_UINT;
    conf->subscription_limits = unset<ngx_array_t>();
    conf->prompt_limits = unset<ngx_array_t>();
    conf->contact_limit = unset<LimitRule>();
    conf->event_limit = unset<LimitRule>();
    conf->limit_log_level = NGX_CONF_UNSET_UINT;
    return conf;
}

char* merge_loc_conf(ngx_conf_t* cf, void* parent, void* child) noexcept {
    return guarded(cf->log, "location configuration", conf_error(), [&]() -> char* {
        const auto& prev = *static_cast<LocConf*>(parent);
        auto& conf = *static_cast<LocConf*>(child);
        ngx_conf_merge_str_value(conf.site_name, prev.site_name, "default");
        ngx_conf_merge_str_value(conf.edge_dir, prev.edge_dir, "/var/lib/webpush/edge");
        ngx_conf_merge_str_value(conf.click_fallback, prev.click_fallback, "");
        ngx_conf_merge_sec_value(conf.click_max_age, prev.click_max_age, default_click_max_age);
        ngx_conf_merge_value(conf.contact_unsigned, prev.contact_unsigned, 0);
        ngx_conf_merge_ptr_value(conf.geo, prev.geo, nullptr);
        ngx_conf_merge_ptr_value(conf.visit, prev.visit, nullptr);
        ngx_conf_merge_sec_value(conf.visit_interval, prev.visit_interval, default_visit_interval);
        ngx_conf_merge_uint_value(conf.landing, prev.landing, landing_off);
        ngx_conf_merge_ptr_value(conf.subscription_limits, prev.subscription_limits, nullptr);
        ngx_conf_merge_ptr_value(conf.prompt_limits, prev.prompt_limits, nullptr);
        ngx_conf_merge_ptr_value(conf.contact_limit, prev.contact_limit, nullptr);
        ngx_conf_merge_ptr_value(conf.event_limit, prev.event_limit, nullptr);
        ngx_conf_merge_uint_value(conf.limit_log_level, prev.limit_log_level, NGX_LOG_WARN);
        if (conf.origins == nullptr) { conf.origins = prev.origins; }
        if (conf.cors == nullptr) { conf.cors = prev.cors; }
        if (conf.contact == nullptr) { conf.contact = prev.contact; }
        if (conf.endpoint_hosts == nullptr) { conf.endpoint_hosts = prev.endpoint_hosts; }

        inherit_handler(cf, prev, conf);
        bool takes_requests = conf.handler != nullptr && conf.handler != status_handler;
        bool is_of_site = takes_requests || conf.visit != nullptr || conf.landing != landing_off;
        return is_of_site ? prepare_location(cf, conf) : NGX_CONF_OK;
    });
}

ngx_int_t finish_main_conf(ngx_conf_t* cf) noexcept {
    return guarded(cf->log, "main configuration", NGX_ERROR, [cf]() -> ngx_int_t {
        MainConf& conf = main_conf(cf);
        bool has_sites = !conf.sites->all().empty();
        if (has_sites || conf.has_status) {
            conf.status_zone = add_status_zone(cf, conf.status_zone_size, *conf.sites);
            if (conf.status_zone == nullptr) { return NGX_ERROR; }
        }
        return has_sites ? prepare_workers(cf, conf) : NGX_OK;
    });
}

}  // namespace ngx_webpush
