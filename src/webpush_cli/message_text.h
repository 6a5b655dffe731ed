// What a message says, the same wherever a command shows it.
#pragma once

#include "table.h"
#include "webpush/json_in.h"

namespace webpush_cli {

// Rows for the member "message" of a campaign or stored message, as the API shows it. REQUIRES: a table
// of two columns.
void print_message(Table& table, const webpush::JsonObject& owner);

}  // namespace webpush_cli
