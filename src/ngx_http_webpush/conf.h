// Configuration: what the directives of README.md set. Structs are plain, as nginx's slot setters
// need them; C++ objects hang on pointers that the configuration's pool owns.
#pragma once

#include <optional>
#include <string_view>

#include "geo.h"
#include "limit_rule.h"
#include "ngx.h"
#include "site_files.h"
#include "visit_rule.h"
#include "webpush/endpoint.h"

namespace ngx_webpush {

class Worker;
struct StatusZone;

// What webpush_status answers in.
enum class StatusFormat { json, prometheus };
std::optional<StatusFormat> status_format_from_name(std::string_view name);

// Which answers of a location are counted (webpush_landing).
enum Landing : ngx_uint_t { landing_off, landing_clicked, landing_all };

struct MainConf {
    ngx_path_t* log_dir;
    ngx_str_t edge_id;
    ngx_str_t thread_pool_name;
    ngx_int_t sync_queue;
    size_t log_max_size;
    off_t log_min_free;
    time_t log_max_age;
    size_t visit_table;
    bool records_visits;   // some location does
    bool counts_landings;  // the same
    bool has_status;       // some location tells it
    bool has_limits;       // some location has one
    size_t status_zone_size;
    size_t limit_zone_size;
    ngx_shm_zone_t* click_targets;  // nullptr unless landings are counted
    ngx_shm_zone_t* limit_zone;     // nullptr unless there are limits
    ngx_thread_pool_t* thread_pool;
    ngx_open_file_t* reopening;  // reopening.h
    StatusZone* status_zone;     // nullptr: nobody counts
    Sites* sites;                // empty: no location is ours, workers do nothing
    Worker* worker;  // of this worker process; nullptr in the master and before init_process
};

struct LocConf {
    ngx_str_t site_name;
    ngx_str_t edge_dir;
    ngx_array_t* origins;         // of ngx_str_t; nullptr: only the site's own
    ngx_array_t* cors;            // of ngx_str_t; nullptr: no other origin
    ngx_array_t* endpoint_hosts;  // of ngx_str_t; nullptr: only the known push services
    ngx_str_t click_fallback;     // empty: 404
    time_t click_max_age;
    ngx_http_complex_value_t* contact;  // nullptr: the server knows nobody
    ngx_flag_t contact_unsigned;
    GeoRule* geo;      // nullptr: places are not recorded
    VisitRule* visit;  // nullptr: visits are not recorded
    time_t visit_interval;
    ngx_uint_t landing;  // a Landing
    ngx_array_t* subscription_limits;  // of LimitRule; nullptr: none, as with the next three
    ngx_array_t* prompt_limits;
    LimitRule* contact_limit;
    LimitRule* event_limit;
    ngx_uint_t limit_log_level;

    const Site* site;  // nullptr where nothing of ours is asked for

    // Set only where one of our handlers answers:
    ngx_http_handler_pt handler;
    StatusFormat status_format;
    const webpush::EndpointPolicy* endpoint_policy;
};

MainConf& main_conf(ngx_http_request_t* r);
MainConf& main_conf(ngx_conf_t* cf);
const LocConf& loc_conf(ngx_http_request_t* r);

// Callbacks of the module's context.
void* create_main_conf(ngx_conf_t* cf) noexcept;
char* init_main_conf(ngx_conf_t* cf, void* conf) noexcept;
void* create_loc_conf(ngx_conf_t* cf) noexcept;
char* merge_loc_conf(ngx_conf_t* cf, void* parent, void* child) noexcept;

// Takes what is needed of the core (zone of the counters, log directory, thread pool) once some
// location is ours.
ngx_int_t finish_main_conf(ngx_conf_t* cf) noexcept;

}  // namespace ngx_webpush
