// SHA256_Update() and its like are called directly although OpenSSL 3.0 prefers EVP: encrypting a
// message takes five MACs under four keys, 0.9 us this way and 1.7 us with reused EVP_MAC contexts.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "hmac.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

namespace webpush {
namespace {

constexpr std::size_t block_size = SHA256_CBLOCK;
constexpr unsigned char inner_pad = 0x36;
constexpr unsigned char outer_pad = 0x5c;

// The state of the hash after one block: the key with `pad`.
SHA256_CTX keyed_state(Octets<block_size> key, unsigned char pad) {
    for (unsigned char& octet : key) {
        octet = static_cast<unsigned char>(octet ^ pad);
    }
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, key.data(), key.size());
    OPENSSL_cleanse(key.data(), key.size());
    return state;
}

}  // namespace

HmacSha256::~HmacSha256() {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
}

void HmacSha256::set_key(std::string_view key) {
    Octets<block_size> block{};
    if (key.size() > block_size) {
        const Octets<32> digest = sha256(key);
        std::copy(digest.begin(), digest.end(), block.begin());
    } else {
        std::copy(key.begin(), key.end(), block.begin());
    }
    inner_ = keyed_state(block, inner_pad);
    outer_ = keyed_state(block, outer_pad);
    OPENSSL_cleanse(block.data(), block.size());
}

Octets<32> HmacSha256::mac(std::initializer_list<std::string_view> pieces) const {
    SHA256_CTX inner = inner_;
    for (std::string_view piece : pieces) {
        SHA256_Update(&inner, piece.data(), piece.size());
    }
    Octets<32> digest;
    SHA256_Final(digest.data(), &inner);

    SHA256_CTX outer = outer_;
    SHA256_Update(&outer, digest.data(), digest.size());
    SHA256_Final(digest.data(), &outer);
    return digest;
}

Octets<32> sha256(std::string_view bytes) {
    Octets<32> digest;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return digest;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void random_bytes(void* out, std::size_t size) {
    if (RAND_bytes(static_cast<unsigned char*>(out), static_cast<int>(size)) != 1) { std::abort(); }
}

}  // namespace webpush
