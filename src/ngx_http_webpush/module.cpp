// The module as nginx sees it: context and process hooks; commands.cpp has its directives.

#include "click_targets.h"
#include "commands.h"
#include "conf.h"
#include "cors.h"
#include "error_filter.h"
#include "guard.h"
#include "landing.h"
#include "limit_zone.h"
#include "ngx.h"
#include "reopening.h"
#include "request_counter.h"
#include "variables.h"
#include "visit.h"
#include "webpush/version.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

// Stands in the module's file for `webpush doctor` to read.
[[gnu::used]] constexpr std::string_view version_mark = webpush::module_version_mark;

// nullptr where the configuration has no http block or no location of ours.
MainConf* main_conf_in_use(ngx_cycle_t* cycle) {
    auto* conf =
        static_cast<MainConf*>(ngx_http_cycle_get_module_main_conf(cycle, ngx_http_webpush_module));
    return conf != nullptr && !conf->sites->all().empty() ? conf : nullptr;
}

ngx_int_t add_log_handler(ngx_conf_t* cf, ngx_http_handler_pt handler) {
    auto* core = static_cast<ngx_http_core_main_conf_t*>(
        ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module));
    ngx_array_t& handlers = core->phases[NGX_HTTP_LOG_PHASE].handlers;
    auto* place = static_cast<ngx_http_handler_pt*>(ngx_array_push(&handlers));
    if (place == nullptr) { return NGX_ERROR; }
    *place = handler;
    return NGX_OK;
}

// Requests that have nothing to do with us shall not notice us: only what is used is put in their way.
ngx_int_t postconfiguration(ngx_conf_t* cf) noexcept {
    auto* conf =
        static_cast<MainConf*>(ngx_http_conf_get_module_main_conf(cf, ngx_http_webpush_module));
    install_error_filter();
    install_cors_filter();
    if (conf->records_visits && add_log_handler(cf, log_visit) != NGX_OK) { return NGX_ERROR; }
    if (conf->counts_landings) {
        conf->click_targets = ClickTargets::add_zone(cf);
        if (conf->click_targets == nullptr) { return NGX_ERROR; }
        if (add_log_handler(cf, log_landing) != NGX_OK) { return NGX_ERROR; }
    }
    if (conf->has_limits) {
        conf->limit_zone = LimitZone::add(cf, conf->limit_zone_size);
        if (conf->limit_zone == nullptr) { return NGX_ERROR; }
    }
    if (conf->has_status && add_log_handler(cf, count_request) != NGX_OK) { return NGX_ERROR; }
    return finish_main_conf(cf);
}

ngx_int_t init_module(ngx_cycle_t* cycle) noexcept {
    const MainConf* conf = main_conf_in_use(cycle);
    return conf == nullptr ? NGX_OK : share_reopening(cycle, *conf);
}

// Called in cache manager and loader too, which serve no requests.
ngx_int_t init_process(ngx_cycle_t* cycle) noexcept {
    MainConf* conf = main_conf_in_use(cycle);
    bool serves = ngx_process == NGX_PROCESS_WORKER || ngx_process == NGX_PROCESS_SINGLE;
    if (conf == nullptr || !serves) { return NGX_OK; }
    return guarded(cycle->log, "worker", NGX_ERROR, [=]() -> ngx_int_t {
        conf->worker = new Worker(*conf, cycle);
        return NGX_OK;
    });
}

// nginx has joined its threads before: nobody writes any more.
void exit_process(ngx_cycle_t* cycle) noexcept {
    MainConf* conf = main_conf_in_use(cycle);
    if (conf == nullptr) { return; }
    delete conf->worker;
    conf->worker = nullptr;
}

// clang-format off
ngx_http_module_t context = {
    add_variables,                            /* preconfiguration */
    postconfiguration,                        /* postconfiguration */

    create_main_conf,                         /* create main configuration */
    init_main_conf,                           /* init main configuration */

    nullptr,                                  /* create server configuration */
    nullptr,                                  /* merge server configuration */

    create_loc_conf,                          /* create location configuration */
    merge_loc_conf                            /* merge location configuration */
};
// clang-format on

}  // namespace
}  // namespace ngx_webpush

// clang-format off
ngx_module_t ngx_http_webpush_module = {
    NGX_MODULE_V1,
    &ngx_webpush::context,                    /* module context */
    ngx_webpush::commands,                    /* module directives */
    NGX_HTTP_MODULE,                          /* module type */
    nullptr,                                  /* init master */
    ngx_webpush::init_module,                 /* init module */
    ngx_webpush::init_process,                /* init process */
    nullptr,                                  /* init thread */
    nullptr,                                  /* exit thread */
    ngx_webpush::exit_process,                /* exit process */
    nullptr,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};
