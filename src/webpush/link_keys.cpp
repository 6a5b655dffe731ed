#include "link_keys.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <optional>

#include "base64url.h"
#include "key_file.h"
#include "secret.h"
#include "text_lines.h"

namespace webpush {
namespace {

constexpr std::size_t secret_size = 32;
constexpr std::size_t secret_digits = 43;

std::optional<std::uint8_t> parse_id(std::string_view digits) {
    const auto id = parse_key_id(digits);
    if (!id) { return std::nullopt; }
    return static_cast<std::uint8_t>(*id);
}

}  // namespace

Result<LinkKeys> LinkKeys::parse(std::string_view file_text) {
    LinkKeys keys;
    for (const TextLine& line : content_lines(file_text)) {
        const std::optional<std::uint8_t> id = parse_id(line.first);
        if (!id) { return bad_line(line, "expected a key id from 0 to 255"); }
        if (keys.find(*id) != nullptr) { return bad_line(line, "key id is not distinct"); }

        // The length first, so that no secret is decoded that a stray character only makes too long.
        std::optional<std::string> decoded;
        if (line.second.size() == secret_digits) { decoded = base64url_decode(line.second); }
        if (!decoded) { return bad_line(line, "expected 32 octets base64url"); }
        const Secret secret(*std::move(decoded));
        keys.keys_.push_back({*id, HmacSha256(secret.view())});
    }
    if (keys.keys_.empty()) { return Error{Problem::field_missing, "", "no key in the file"}; }
    return keys;
}

const LinkKeys::Key* LinkKeys::find(std::uint8_t id) const {
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [id](const Key& key) { return key.id == id; });
    return found == keys_.end() ? nullptr : &*found;
}

std::string new_link_key_file() {
    char secret[secret_size];
    random_bytes(secret, sizeof secret);
    std::string file = "# link keys: <id> <key>, the signing key first; secret\n";
    file += "1 " + base64url({secret, sizeof secret}) + "\n";
    OPENSSL_cleanse(secret, sizeof secret);
    return file;
}

}  // namespace webpush
