#include <utility>

#include "campaign_input.h"
#include "handlers.h"
#include "report/catalogue.h"
#include "report/run_report.h"
#include "run_json.h"
#include "site_ready.h"
#include "store/campaign_store.h"
#include "store/site_store.h"
#include "webpush/json_out.h"

namespace webpushd {
namespace {

using webpush::JsonWriter;
using webpush::Problem;
using webpush::Result;

constexpr int page_size = 100;

webpush::Error no_such_campaign(std::int64_t id) {
    return not_found("no campaign " + std::to_string(id));
}

// Members of an object that the caller has begun.
void write_campaign(JsonWriter& json, const Campaign& campaign) {
    json.member("id", campaign.id);
    json.member("site", campaign.site_name);
    json.member("name", campaign.name);
    json.member("state", campaign.state);
    json.member("audience", campaign.audience);
    json.member("urgency", campaign.urgency);
    json.member("active_seconds", campaign.active_seconds);
    json.member("created_at", campaign.created_at);
    json.key("message");
    json.raw(campaign.content);
}

Response campaign_response(Connection& db, int status, const Campaign& campaign) {
    Response response;
    response.status = status;
    JsonWriter json(response.body);
    json.begin_object();
    write_campaign(json, campaign);
    json.key("runs");
    json.begin_array();
    for (const Run& run : runs_of_campaign(db, campaign.id)) {
        write_run(json, run, read_progress(db, run.id));
    }
    json.end_array();
    json.end_object();
    return response;
}

}  // namespace

Result<Response> list_campaigns(ApiCall& call) {
    const auto before = call.before();
    if (!before.ok()) { return before.error(); }
    const auto campaigns = recent_campaigns(call.db, call.query("site"), *before, page_size);

    Response response;
    JsonWriter json(response.body);
    json.begin_object();
    json.key("campaigns");
    json.begin_array();
    for (const Campaign& campaign : campaigns) {
        json.begin_object();
        write_campaign(json, campaign);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return response;
}

Result<Response> create_campaign(ApiCall& call) {
    const auto json = call.json();
    if (!json.ok()) { return json.error(); }
    auto campaign = read_campaign(*json);
    if (!campaign.ok()) { return campaign.error(); }
    const auto site = find_site(call.db, campaign->site_name);
    if (!site) { return json->error(Problem::field_invalid, "site", "there is no such site"); }

    campaign->site = site->id;
    const std::int64_t id = insert_campaign(call.db, *campaign);
    const auto inserted = find_campaign(call.db, id);
    if (!inserted) { return no_such_campaign(id); }
    Response response = campaign_response(call.db, 201, *inserted);
    response.headers.emplace_back("Location", "/v1/campaigns/" + std::to_string(id));
    return response;
}

Result<Response> show_campaign(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    const auto campaign = find_campaign(call.db, *id);
    if (!campaign) { return no_such_campaign(*id); }
    return campaign_response(call.db, 200, *campaign);
}

Result<Response> send_campaign(ApiCall& call) {
    const auto id = call.id();
    if (!id.ok()) { return id.error(); }
    const auto campaign = find_campaign(call.db, *id);
    if (!campaign) { return no_such_campaign(*id); }
    const auto site = find_site(call.db, campaign->site_name);
    if (!site) { return no_such_campaign(*id); }
    if (auto error = not_ready(*site)) { return *error; }
    const auto run_id = start_run(call.db, *id);
    if (!run_id) {
        return webpush::Error{Problem::conflict, "", "only a draft can be sent"};
    }
    write_catalogue(call.settings, call.db);

    Response response;
    response.status = 202;
    response.headers.emplace_back("Location", "/v1/runs/" + std::to_string(*run_id));
    JsonWriter json(response.body);
    json.begin_object();
    json.member("campaign", *id);
    json.member("run", *run_id);
    json.member("state", "planned");
    json.end_object();
    return response;
}

}  // namespace webpushd
