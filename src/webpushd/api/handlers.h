// The handlers of all calls, one source file a resource. See api_call.h for what they may do.
#pragma once

#include "api_call.h"

namespace webpushd {

// status_handlers.cpp
webpush::Result<Response> show_status(ApiCall& call);

// metrics_handlers.cpp
webpush::Result<Response> show_metrics(ApiCall& call);
// What there is to say while the database does not answer.
Response metrics_without_database(Counters& counters);

// site_handlers.cpp
webpush::Result<Response> list_sites(ApiCall& call);
webpush::Result<Response> create_site(ApiCall& call);
webpush::Result<Response> show_site(ApiCall& call);
webpush::Result<Response> change_site(ApiCall& call);

// key_handlers.cpp
webpush::Result<Response> show_site_keys(ApiCall& call);
webpush::Result<Response> rotate_site_keys(ApiCall& call);
webpush::Result<Response> retire_site_key(ApiCall& call);

// campaign_handlers.cpp
webpush::Result<Response> list_campaigns(ApiCall& call);
webpush::Result<Response> create_campaign(ApiCall& call);
webpush::Result<Response> show_campaign(ApiCall& call);
webpush::Result<Response> send_campaign(ApiCall& call);

// message_handlers.cpp
webpush::Result<Response> create_message(ApiCall& call);
webpush::Result<Response> show_message(ApiCall& call);
webpush::Result<Response> send_message(ApiCall& call);

// run_handlers.cpp
webpush::Result<Response> list_runs(ApiCall& call);
webpush::Result<Response> show_run(ApiCall& call);
webpush::Result<Response> show_run_report(ApiCall& call);
webpush::Result<Response> pause_run(ApiCall& call);
webpush::Result<Response> resume_run(ApiCall& call);
webpush::Result<Response> cancel_run(ApiCall& call);

// trace_handlers.cpp
webpush::Result<Response> show_delivery(ApiCall& call);

}  // namespace webpushd
