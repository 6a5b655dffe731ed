#include "doctor/config_json.h"

#include "answer.h"

namespace webpush_cli::doctor {

std::string config_fault(const std::string& body, const SiteFacts& site) {
    webpush::JsonReader reader;
    const auto config = reader.parse(body);
    if (!config.ok()) { return "is no JSON object"; }
    if (text(*config, "site") != site.name) {
        return "is of site \"" + text(*config, "site") + "\", not \"" + site.name + "\"";
    }
    for (const PublicKeyFact& key : site.vapid_keys) {
        if (key.id == site.vapid) {
            return text(*config, "applicationServerKey") == key.public_key
                       ? ""
                       : "has another key than webpushd: who subscribes cannot be reached";
        }
    }
    return "";
}

}  // namespace webpush_cli::doctor
