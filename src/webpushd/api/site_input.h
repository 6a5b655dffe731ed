// What may be set on a site, checked.
#pragma once

#include <string_view>

#include "store/site_store.h"
#include "webpush/json_in.h"
#include "webpush/result.h"

namespace webpushd {

// [a-z0-9][a-z0-9-]{0,62}: it names directories too. Error: field_invalid "name".
webpush::Result<std::string> check_site_name(std::string_view name);

// An origin as browsers send it (RFC 6454 section 6.2): "https://shop.example" or with a port that
// is not the default; for trying out also "http://localhost" and "http://127.0.0.1", which browsers
// take for secure. Error: field_invalid "origin", its detail says what is wrong.
webpush::Result<std::string> check_origin(std::string_view origin);

// A path from the root that starts and ends with '/'. Error: field_invalid "push_path".
webpush::Result<std::string> check_push_path(std::string_view path);

// `site` with the members of `json` that are there:
//   {"origin":..,"push_path":..,"contact":..,"consent_version":..,
//    "prompt":{"title":..,"text":..,"accept":..,"later":..,"auto":true}}
// Error names the member.
webpush::Result<Site> apply_changes(Site site, const webpush::JsonObject& json);

}  // namespace webpushd
