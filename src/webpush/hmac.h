// HMAC-SHA256 (RFC 2104) under a fixed key, over several pieces without joining them.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include "octets.h"

typedef struct evp_mac_ctx_st EVP_MAC_CTX;

namespace webpush {

// Keeps one keyed OpenSSL context, so that a MAC costs its hashing and no set-up.
// One thread at a time: mac() uses the context although it is const to its callers.
class HmacSha256 {
public:
    explicit HmacSha256(std::string_view key);
    ~HmacSha256();
    HmacSha256(HmacSha256&&) noexcept;
    HmacSha256& operator=(HmacSha256&&) noexcept;

    // Another key from now on; cheaper than another object.
    void set_key(std::string_view key);

    Octets<32> mac(std::initializer_list<std::string_view> pieces) const;

private:
    EVP_MAC_CTX* ctx_;
};

Octets<32> sha256(std::string_view bytes);

// Time depends on the length only.
bool equal_constant_time(std::string_view a, std::string_view b);

// Cryptographically secure; aborts the process when the system has no entropy.
void random_bytes(void* out, std::size_t size);

}  // namespace webpush
