#include "edge_files.h"

#include <algorithm>

#include "base64url.h"
#include "json_out.h"
#include "text_lines.h"

namespace webpush {
namespace {

constexpr int config_version = 1;

}  // namespace

Result<std::vector<VapidPublicKey>> parse_vapid_keys(std::string_view file_text) {
    std::vector<VapidPublicKey> keys;
    for (const TextLine& line : content_lines(file_text)) {
        if (line.first.empty()) { return bad_line(line, "expected a key id"); }
        const bool is_known = std::any_of(keys.begin(), keys.end(), [&](const VapidPublicKey& key) {
            return key.id == line.first;
        });
        if (is_known) { return bad_line(line, "key id is not distinct"); }
        const auto octets = base64url_decode(line.second);
        if (!octets || !is_valid_public_key(*octets)) {
            return bad_line(line, "expected a public key, 65 octets base64url");
        }
        keys.push_back({std::string(line.first), *to_octets<65>(*octets)});
    }
    if (keys.empty()) { return Error{Problem::field_missing, "", "no key in the file"}; }
    return keys;
}

std::string vapid_keys_file(const std::vector<VapidPublicKey>& keys) {
    std::string out;
    for (const VapidPublicKey& key : keys) {
        out += key.id + " " + base64url(view(key.key)) + "\n";
    }
    return out;
}

std::string browser_config(std::string_view site, const VapidPublicKey& current,
                           const PromptSettings& prompt) {
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("v", config_version);
    json.member("site", site);
    json.member("vapid", current.id);
    json.member("applicationServerKey", base64url(view(current.key)));
    json.member("consent", prompt.consent_version);
    json.key("prompt");
    json.begin_object();
    json.member("title", prompt.title);
    json.member("text", prompt.text);
    json.member("accept", prompt.accept);
    json.member("later", prompt.later);
    json.member("auto", prompt.automatic);
    json.end_object();
    json.end_object();
    out += '\n';
    return out;
}

}  // namespace webpush
