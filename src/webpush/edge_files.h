// The files that webpushd writes for the edge and the browser, a directory a site:
//   <edge directory>/<site>/link.keys           secret, see link_keys.h
//   <edge directory>/<site>/identity.keys       secret, see contact_proof.h
//   <edge directory>/<site>/vapid.keys          "<key id> <65 octets base64url>" a line,
//                                               current first
//   <edge directory>/<site>/public/config.json  served as a static file to sdk.js:
//     {"v":1,"site":..,"vapid":<key id>,"applicationServerKey":<base64url>,"consent":<version>,
//      "prompt":{"title":..,"text":..,"accept":..,"later":..,"auto":false}}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "p256.h"
#include "result.h"

namespace webpush {

struct VapidPublicKey {
    std::string id;
    PublicKey key{};
};

// Error detail names the line. At least one key, ids distinct.
Result<std::vector<VapidPublicKey>> parse_vapid_keys(std::string_view file_text);
std::string vapid_keys_file(const std::vector<VapidPublicKey>& keys);

struct PromptSettings {
    std::string consent_version = "1";
    std::string title = "Would you like to hear from us?";
    std::string text = "We send you news as notifications. You can stop them at any time.";
    std::string accept = "Yes, please";
    std::string later = "Not now";
    bool automatic = false;  // shown by itself to who has not decided, else only when the page asks
};

std::string browser_config(std::string_view site, const VapidPublicKey& current,
                           const PromptSettings& prompt);

}  // namespace webpush
