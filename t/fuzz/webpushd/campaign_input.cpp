// A campaign from the API. What is accepted can be sent: its message is read as the sender reads it.
#include "api/campaign_input.h"

#include "fuzz.h"
#include "webpush/json_out.h"
#include "webpush/notification_json.h"

namespace {

std::string written(const webpushd::Campaign& campaign) {
    std::string text;
    webpush::JsonWriter json(text);
    json.begin_object();
    json.member("site", campaign.site_name);
    json.member("name", campaign.name);
    json.member("urgency", campaign.urgency);
    json.member("active_seconds", campaign.active_seconds);
    json.key("message");
    json.raw(campaign.content);
    json.end_object();
    return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto json = reader.parse(input(data, size));
    if (!json) { return 0; }
    const auto campaign = webpushd::read_campaign(*json);
    if (!campaign) { return 0; }

    const auto content = reader.parse(campaign->content);
    require(content.ok() && webpush::read_notification(*content).ok());
    const std::string text = written(*campaign);
    const auto again = reader.parse(text);
    require(again.ok());
    const auto same = webpushd::read_campaign(*again);
    require(same.ok() && written(*same) == text);
    return 0;
}
