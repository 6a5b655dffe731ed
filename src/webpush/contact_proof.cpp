#include "contact_proof.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <optional>

#include "base64url.h"
#include "key_file.h"
#include "secret.h"
#include "text_lines.h"

namespace webpush {
namespace {

constexpr std::size_t key_text_size = 43;  // 32 octets base64url
constexpr std::size_t key_size = 32;
constexpr std::size_t mac_size = 32;
constexpr std::string_view hex_digits = "0123456789abcdef";

std::optional<std::string> decode_hex(std::string_view text) {
    std::string octets;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const std::size_t high = hex_digits.find(text[i]);
        const std::size_t low = hex_digits.find(text[i + 1]);
        if (high == hex_digits.npos || low == hex_digits.npos) { return std::nullopt; }
        octets += static_cast<char>(high * 16 + low);
    }
    return octets;
}

std::optional<std::string> decode_proof(std::string_view proof) {
    return proof.size() == 2 * mac_size ? decode_hex(proof) : base64url_decode(proof);
}

bool is_key(std::string_view text) {
    if (text.size() != key_text_size) { return false; }
    std::optional<std::string> decoded = base64url_decode(text);
    if (!decoded) { return false; }
    const Secret wiped(*std::move(decoded));
    return true;
}

}  // namespace

Result<IdentityKeys> IdentityKeys::parse(std::string_view file_text) {
    IdentityKeys keys;
    for (const TextLine& line : content_lines(file_text)) {
        if (!is_key(line.second)) { return bad_line(line, "expected 32 octets base64url"); }
        keys.keys_.emplace_back(line.second);
        if (const auto id = parse_key_id(line.first)) { keys.ids_.push_back(*id); }
    }
    if (keys.keys_.empty()) { return Error{Problem::field_missing, "", "no key in the file"}; }
    return keys;
}

bool IdentityKeys::verify(std::string_view proof, std::string_view site,
                          std::string_view contact) const {
    const auto octets = decode_proof(proof);
    if (!octets || octets->size() != mac_size) { return false; }
    return std::any_of(keys_.begin(), keys_.end(), [&](const HmacSha256& key) {
        const Octets<mac_size> expected = key.mac({site, ":", contact});
        return equal_constant_time(*octets, view(expected));
    });
}

std::string IdentityKeys::prove(std::string_view site, std::string_view contact) const {
    std::string hex;
    for (unsigned char octet : keys_.front().mac({site, ":", contact})) {
        hex += hex_digits[octet >> 4];
        hex += hex_digits[octet & 15];
    }
    return hex;
}

std::string new_identity_key_file() {
    char octets[key_size];
    random_bytes(octets, sizeof octets);
    std::string file = "# identity keys: <id> <key>; secret\n1 ";
    file += base64url({octets, sizeof octets}) + "\n";
    OPENSSL_cleanse(octets, sizeof octets);
    return file;
}

std::string_view identity_key_text(std::string_view file_text) {
    const auto lines = content_lines(file_text);
    return lines.empty() ? std::string_view() : lines.front().second;
}

}  // namespace webpush
