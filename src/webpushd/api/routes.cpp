// The API's table of contents; README.md documents each call.
#include "handlers.h"
#include "router.h"

namespace webpushd {
namespace {

constexpr Route routes[] = {
    {"GET", "/v1/status", show_status},
    {"GET", "/v1/metrics", show_metrics},
    {"GET", "/v1/sites", list_sites},
    {"POST", "/v1/sites", create_site},
    {"GET", "/v1/sites/{name}", show_site},
    {"PATCH", "/v1/sites/{name}", change_site},
    {"GET", "/v1/sites/{name}/keys", show_site_keys},
    {"POST", "/v1/sites/{name}/keys/rotate", rotate_site_keys},
    {"POST", "/v1/sites/{name}/keys/retire", retire_site_key},
    {"GET", "/v1/campaigns", list_campaigns},
    {"POST", "/v1/campaigns", create_campaign},
    {"GET", "/v1/campaigns/{id}", show_campaign},
    {"POST", "/v1/campaigns/{id}/send", send_campaign},
    {"POST", "/v1/messages", create_message},
    {"GET", "/v1/messages/{id}", show_message},
    {"POST", "/v1/messages/{id}/send", send_message},
    {"GET", "/v1/runs", list_runs},
    {"GET", "/v1/runs/{id}", show_run},
    {"GET", "/v1/runs/{id}/report", show_run_report},
    {"GET", "/v1/runs/{id}/deliveries/{subscription}", show_delivery},
    {"POST", "/v1/runs/{id}/pause", pause_run},
    {"POST", "/v1/runs/{id}/resume", resume_run},
    {"POST", "/v1/runs/{id}/cancel", cancel_run},
};

}  // namespace

std::span<const Route> api_routes() { return routes; }

}  // namespace webpushd
