// Proof of a contact: the site's back end vouches that whoever uses a page is this contact, by a
// MAC that the page hands on to the edge. Without it anybody could take any name and get what is
// meant for somebody else.
//
//   proof = HMAC-SHA256(identity key, site || ":" || contact id)
//
// written as 64 hexadecimal digits or as base64url. In PHP, say:
//   hash_hmac('sha256', 'default:' . $user_id, $identity_key)
// The identity keys stand in "identity.keys" beside link.keys, in the same form (link_keys.h); every
// key in it verifies, so that a new one can be rolled out. The back end uses the 43 characters of
// base64url as they stand in the file, as the key's text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hmac.h"
#include "result.h"

namespace webpush {

class IdentityKeys {
public:
    // Lines as in link_keys.h. Error detail names the line.
    static Result<IdentityKeys> parse(std::string_view file_text);

    // Compares in constant time. False for a proof that is empty or malformed.
    bool verify(std::string_view proof, std::string_view site, std::string_view contact) const;

    // With the first key: what a back end computes; in hexadecimal.
    std::string prove(std::string_view site, std::string_view contact) const;

    // Ids in the file's order; a key whose id is no number from 0 to 255 has none.
    const std::vector<int>& ids() const { return ids_; }

private:
    std::vector<HmacSha256> keys_;
    std::vector<int> ids_;
};

// A new random key file with one key.
std::string new_identity_key_file();

// What a back end needs, of the file's first key: its text. "" when there is none.
std::string_view identity_key_text(std::string_view file_text);

}  // namespace webpush
