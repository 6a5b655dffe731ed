// P-256 keys (ECDH and ES256) in the encodings of Web Push: 65-octet uncompressed points
// (0x04 || X || Y) and 32-octet private scalars.
#pragma once

#include <optional>
#include <string_view>

#include "octets.h"

namespace webpush {

using PublicKey = Octets<65>;
using PrivateKey = Octets<32>;

// The private half is wiped when the pair ends. A pair is consistent: whoever reads a private key
// from outside makes the public half with public_key_of().
struct KeyPair {
    PublicKey public_key{};
    PrivateKey private_key{};

    ~KeyPair();
};

KeyPair generate_key_pair();

// nullopt unless 1 <= scalar < n.
std::optional<PublicKey> public_key_of(const PrivateKey& private_key);

// True for exactly 65 octets, first 0x04, coordinates < p, on the curve. OpenSSL itself also takes
// compressed, hybrid and infinity encodings; those are refused here (RFC 8291 section 3.1,
// SEC 1 section 2.3.4).
bool is_valid_public_key(std::string_view bytes);

// X coordinate of the shared point; nullopt when either key is not valid.
std::optional<Octets<32>> ecdh(const PrivateKey& own, const PublicKey& peer);

// ES256 (RFC 7518 section 3.4): raw r || s, 64 octets, over SHA-256 of `text`.
// REQUIRES: a consistent pair.
Octets<64> sign_es256(const KeyPair& key, std::string_view text);
bool verify_es256(const PublicKey& key, std::string_view text, std::string_view signature);

}  // namespace webpush
