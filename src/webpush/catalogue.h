// The catalogue: what the numbers in the event logs are called, for reports made of logs alone.
// webpushd writes it as <state_dir>/catalogue.jsonl whenever a campaign is sent; messages that are sent
// singly, of which there may be thousands a day, are not in it. t/golden/catalogue.jsonl shows it. JSON Lines, the first line tells the format:
//   {"v":1,"catalogue":"runs"}
//   {"run":12,"site":"default","campaign":3,"name":"Opening","starts_at":"2026-11-22T21:15:14Z"}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json_in.h"
#include "result.h"

namespace webpush {

inline constexpr std::string_view catalogue_file_name = "catalogue.jsonl";

struct CatalogueRun {
    std::int64_t run = 0;
    std::string site;
    std::int64_t campaign = 0;  // 0 = none
    std::string name;           // the campaign's
    std::string starts_at;      // RFC 3339, UTC
};

std::string catalogue_file(const std::vector<CatalogueRun>& runs);

// The whole file. Unknown members are skipped. The error's detail names the line.
Result<std::vector<CatalogueRun>> parse_catalogue(JsonReader& reader, std::string_view file_text);

}  // namespace webpush
