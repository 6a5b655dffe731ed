// The command table. README.md documents every directive; a test holds one against the other.
#include "commands.h"

#include "conf.h"
#include "cors.h"
#include "directives.h"
#include "endpoints.h"
#include "limit_rule.h"
#include "visit.h"

namespace ngx_webpush {
namespace {

constexpr ngx_uint_t anywhere = NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF;

}  // namespace

// Tables as in nginx.
// clang-format off
ngx_command_t commands[] = {

    { ngx_string("webpush_subscribe"),
      NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS,
      set_endpoint<subscribe_handler>,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_unsubscribe"),
      NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS,
      set_endpoint<unsubscribe_handler>,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_event"),
      NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS,
      set_endpoint<event_handler>,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_click"),
      NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS,
      set_endpoint<click_handler>,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_status"),
      NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1,
      set_status,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_site"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, site_name),
      &site_name_check },

    { ngx_string("webpush_edge_dir"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, edge_dir),
      &edge_dir_check },

    { ngx_string("webpush_origin"),
      anywhere | NGX_CONF_1MORE,
      add_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_endpoint_host"),
      anywhere | NGX_CONF_1MORE,
      add_endpoint_hosts,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_click_fallback"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, click_fallback),
      &click_fallback_check },

    { ngx_string("webpush_click_max_age"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_sec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, click_max_age),
      nullptr },

    { ngx_string("webpush_landing"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, landing),
      landing_scopes },

    { ngx_string("webpush_cors"),
      anywhere | NGX_CONF_1MORE,
      add_cors_origins,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_contact"),
      anywhere | NGX_CONF_TAKE1,
      ngx_http_set_complex_value_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, contact),
      nullptr },

    { ngx_string("webpush_contact_unsigned"),
      anywhere | NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, contact_unsigned),
      nullptr },

    { ngx_string("webpush_geo"),
      anywhere | NGX_CONF_1MORE,
      set_geo,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_limit_subscriptions"),
      anywhere | NGX_CONF_TAKE123,
      add_keyed_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, subscription_limits),
      nullptr },

    { ngx_string("webpush_limit_prompts"),
      anywhere | NGX_CONF_TAKE123,
      add_keyed_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, prompt_limits),
      nullptr },

    { ngx_string("webpush_limit_contact"),
      anywhere | NGX_CONF_TAKE12,
      set_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, contact_limit),
      nullptr },

    { ngx_string("webpush_limit_events"),
      anywhere | NGX_CONF_TAKE12,
      set_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, event_limit),
      nullptr },

    { ngx_string("webpush_limit_log_level"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, limit_log_level),
      limit_log_levels },

    { ngx_string("webpush_limit_zone"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, limit_zone_size),
      &limit_zone_size_check },

    { ngx_string("webpush_visit"),
      anywhere | NGX_CONF_1MORE,
      set_visit,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      nullptr },

    { ngx_string("webpush_visit_interval"),
      anywhere | NGX_CONF_TAKE1,
      ngx_conf_set_sec_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(LocConf, visit_interval),
      nullptr },

    { ngx_string("webpush_visit_table"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, visit_table),
      &visit_table_check },

    { ngx_string("webpush_log_dir"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_path_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, log_dir),
      nullptr },

    { ngx_string("webpush_log_max_size"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, log_max_size),
      nullptr },

    { ngx_string("webpush_log_max_age"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_sec_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, log_max_age),
      nullptr },

    { ngx_string("webpush_log_min_free"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_off_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, log_min_free),
      nullptr },

    { ngx_string("webpush_edge_id"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, edge_id),
      &edge_id_check },

    { ngx_string("webpush_thread_pool"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, thread_pool_name),
      nullptr },

    { ngx_string("webpush_sync_queue"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, sync_queue),
      &sync_queue_bounds },

    { ngx_string("webpush_status_zone"),
      NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1,
      ngx_conf_set_size_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(MainConf, status_zone_size),
      &status_zone_size_check },

    ngx_null_command
};
// clang-format on

}  // namespace ngx_webpush
