// Link keys: the secrets under which tokens and click links are signed, two generations at once.
//
// File format ("link.keys", written by webpushd, read by the edge; secret, mode 0640):
//   # comment
//   <id 0..255> <32 octets base64url>
// one key a line, the signing key first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hmac.h"
#include "octets.h"
#include "result.h"

namespace webpush {

class LinkKeys {
public:
    struct Key {
        std::uint8_t id;
        HmacSha256 hmac;
    };

    // Error detail names the line. At least one key, ids distinct.
    static Result<LinkKeys> parse(std::string_view file_text);

    // REQUIRES: at least one key, which parse() guarantees.
    const Key& signing() const { return keys_.front(); }
    // nullptr if there is none with that id.
    const Key* find(std::uint8_t id) const;
    const std::vector<Key>& all() const { return keys_; }

private:
    std::vector<Key> keys_;
};

// A file with one new random key, of id 1; key_file.h tells how it changes later.
std::string new_link_key_file();

}  // namespace webpush
