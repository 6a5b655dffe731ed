// HMAC-SHA256 (RFC 2104), over several pieces without joining them; and what else hashing needs.
#pragma once

#include <openssl/sha.h>

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "octets.h"

namespace webpush {

// Holds the two states of the hash that the key leads to, so that a MAC costs its hashing and no
// set-up. A value: mac() may be called from many threads. Wiped when it ends.
class HmacSha256 {
public:
    explicit HmacSha256(std::string_view key) { set_key(key); }
    HmacSha256(const HmacSha256&) = default;
    HmacSha256& operator=(const HmacSha256&) = default;
    ~HmacSha256();

    // Another key from now on.
    void set_key(std::string_view key);

    Octets<32> mac(std::initializer_list<std::string_view> pieces) const;

private:
    SHA256_CTX inner_;
    SHA256_CTX outer_;
};

Octets<32> sha256(std::string_view bytes);

// Time depends on the length only.
bool equal_constant_time(std::string_view a, std::string_view b);

// Cryptographically secure; aborts the process when the system has no entropy.
void random_bytes(void* out, std::size_t size);

}  // namespace webpush
