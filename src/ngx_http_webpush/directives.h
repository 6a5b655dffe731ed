// Setters and checks of single directives, for the command table.
#pragma once

#include "conf.h"
#include "ngx.h"

namespace ngx_webpush {

// `post` of the slot setters.
extern ngx_conf_post_t site_name_check;
extern ngx_conf_post_t edge_dir_check;
extern ngx_conf_post_t edge_id_check;
extern ngx_conf_post_t click_fallback_check;
extern ngx_conf_post_t visit_table_check;
extern ngx_conf_enum_t landing_scopes[];
extern ngx_conf_enum_t limit_log_levels[];
extern ngx_conf_num_bounds_t sync_queue_bounds;
extern ngx_conf_post_t status_zone_size_check;
extern ngx_conf_post_t limit_zone_size_check;

char* add_origins(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* add_cors_origins(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;
char* add_endpoint_hosts(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

// webpush_status: its handler and, in the argument, its format.
char* set_status(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept;

// "is duplicate" when the location already has one of our handlers.
char* set_handler(ngx_conf_t* cf, void* conf, ngx_http_handler_pt handler) noexcept;

template <ngx_http_handler_pt handler>
char* set_endpoint(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    return set_handler(cf, conf, handler);
}

}  // namespace ngx_webpush
