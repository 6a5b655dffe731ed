// A new campaign or message as the API takes it, checked.
#pragma once

#include "store/campaign_store.h"
#include "store/message_store.h"
#include "webpush/json_in.h"
#include "webpush/result.h"

namespace webpushd {

// {"site":"default","name":..,"audience":"all","urgency":"very-low|low|normal|high",
//  "active_seconds":60..2419200,"message":<webpush/notification_json.h>}
// "name" and "message" are required. The site's id is the caller's to find. Error names the member.
webpush::Result<Campaign> read_campaign(const webpush::JsonObject& json);

// The same without "audience": a message that is sent singly.
webpush::Result<StoredMessage> read_message(const webpush::JsonObject& json);

}  // namespace webpushd
