// A notification as JSON: what the API takes, what the table message stores as "content", what the
// sender reads. This header is the definition.
//
//   {"title":..,"body":..,"target":..,"icon":..,"image":..,"badge":..,"language":..,
//    "silent":true,"require_interaction":true,
//    "buttons":[{"action":..,"title":..,"target":..}]}
//
// Only "title" and "target" are required; empty and false members are left out when written.
#pragma once

#include "json_in.h"
#include "json_out.h"
#include "payload.h"
#include "result.h"

namespace webpush {

// Reads the members and checks them with check_notification(). Error names the field.
Result<Notification> read_notification(const JsonObject& json);

// Appends one JSON object.
void write_notification(JsonWriter& json, const Notification& notification);

}  // namespace webpush
