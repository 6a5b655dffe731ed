#include "hmac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <utility>

namespace webpush {
namespace {

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

// OpenSSL fails here only when memory is out or its configuration lacks SHA-256: nothing that a
// caller could mend, and a wrong MAC must not get out.
void require(bool ok) {
    if (!ok) { std::abort(); }
}

}  // namespace

HmacSha256::HmacSha256(std::string_view key) {
    EVP_MAC* algorithm = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    require(algorithm != nullptr);
    ctx_ = EVP_MAC_CTX_new(algorithm);
    EVP_MAC_free(algorithm);  // the context holds its own reference
    require(ctx_ != nullptr);

    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    require(EVP_MAC_CTX_set_params(ctx_, params) == 1);
    set_key(key);
}

HmacSha256::~HmacSha256() { EVP_MAC_CTX_free(ctx_); }  // wipes the key

HmacSha256::HmacSha256(HmacSha256&& other) noexcept : ctx_(std::exchange(other.ctx_, nullptr)) {}

HmacSha256& HmacSha256::operator=(HmacSha256&& other) noexcept {
    std::swap(ctx_, other.ctx_);
    return *this;
}

void HmacSha256::set_key(std::string_view key) {
    // A null pointer would mean "the same key again" even with length 0.
    const unsigned char* data = key.empty() ? octets("") : octets(key);
    require(EVP_MAC_init(ctx_, data, key.size(), nullptr) == 1);
}

Octets<32> HmacSha256::mac(std::initializer_list<std::string_view> pieces) const {
    require(EVP_MAC_init(ctx_, nullptr, 0, nullptr) == 1);  // again with the same key
    for (std::string_view piece : pieces) {
        require(EVP_MAC_update(ctx_, octets(piece), piece.size()) == 1);
    }
    Octets<32> out;
    std::size_t size = 0;
    require(EVP_MAC_final(ctx_, out.data(), &size, out.size()) == 1 && size == out.size());
    return out;
}

Octets<32> sha256(std::string_view bytes) {
    Octets<32> out;
    require(EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) == 1);
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void random_bytes(void* out, std::size_t size) {
    require(RAND_bytes(static_cast<unsigned char*>(out), static_cast<int>(size)) == 1);
}

}  // namespace webpush
