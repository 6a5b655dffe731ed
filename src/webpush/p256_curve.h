// P-256 arithmetic over one set of OpenSSL objects, made once: making the group anew costs as much
// as a key pair. The free functions of p256.h are this, with a curve of their own for each call.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "octets.h"
#include "p256.h"

namespace webpush {

// One thread at a time. Points and private scalars are in the encodings of p256.h.
class P256Curve {
public:
    P256Curve();
    ~P256Curve();
    P256Curve(P256Curve&&) noexcept;

    KeyPair generate();

    // nullopt unless 1 <= scalar < n.
    std::optional<PublicKey> public_key_of(const PrivateKey& private_key);

    // As is_valid_public_key().
    bool is_valid(std::string_view public_key);

    // X coordinate of own * peer; nullopt when either key is not valid. The subgroup needs no
    // check: the cofactor of P-256 is 1.
    std::optional<Octets<32>> ecdh(const PrivateKey& own, std::string_view peer);

private:
    struct Objects;
    std::unique_ptr<Objects> objects_;
};

}  // namespace webpush
