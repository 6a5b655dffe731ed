// Voluntary Application Server Identification (RFC 8292): who sends, signed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "p256.h"
#include "result.h"

namespace webpush {

// Key id = first 8 characters of base64url(SHA-256(public key)): the same everywhere without a
// registry. A subscription remembers the id of the key that it was made with.
std::string vapid_key_id(const PublicKey& key);

// Origin of an endpoint (RFC 6454): scheme, host, non-default port. "" when it is no https URL.
std::string audience_of(std::string_view endpoint);

// "vapid t=<JWT>, k=<public key>". `expires` is unix seconds, at most 24 h ahead (RFC 8292
// section 2); `contact` a mailto: or https: URI.
std::string vapid_authorization(const KeyPair& key, std::string_view audience, std::int64_t expires,
                                std::string_view contact);

// The contact address ("sub") as every push service takes it: "mailto:name@host.tld" or
// "https://host.tld/...", no spaces or angle brackets, host not localhost and with a dot
// (Apple answers 403 BadJwtToken otherwise). Error: field_invalid with what is wrong.
Result<std::string> check_contact(std::string_view contact);

}  // namespace webpush
