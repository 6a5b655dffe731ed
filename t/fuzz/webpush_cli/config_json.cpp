// config.json of a site, as doctor gets it from the web. The site's own is without fault.
#include "doctor/config_json.h"

#include "answer.h"
#include "fuzz.h"
#include "webpush/json_in.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string body(input(data, size));
    webpush::JsonReader reader;
    const auto json = reader.parse(body);
    webpush_cli::doctor::SiteFacts site;
    webpush_cli::doctor::PublicKeyFact key;
    if (json) {
        site.name = webpush_cli::text(*json, "site");
        key.public_key = webpush_cli::text(*json, "applicationServerKey");
    }
    site.vapid_keys.push_back(key);
    require(webpush_cli::doctor::config_fault(body, site).empty() == json.ok());
    site.vapid_keys.front().public_key.push_back('x');
    require(!webpush_cli::doctor::config_fault(body, site).empty());
    return 0;
}
