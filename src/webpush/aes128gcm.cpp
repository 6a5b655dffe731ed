#include "aes128gcm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdlib>

#include "hmac.h"

namespace webpush {
namespace {

// HKDF-Expand's counter octet (RFC 5869) is the last of each: one block is enough.
constexpr std::string_view key_info("Content-Encoding: aes128gcm\0\x01", 29);
constexpr std::string_view nonce_info("Content-Encoding: nonce\0\x01", 25);

// Only failures that no input can cause.
void require(bool ok) {
    if (!ok) { std::abort(); }
}

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

struct Aes128Gcm::Contexts {
    Contexts()
        : algorithm(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)),
          cipher(EVP_CIPHER_CTX_new()) {
        require(algorithm != nullptr && cipher != nullptr);
    }

    ~Contexts() {
        EVP_CIPHER_CTX_free(cipher);
        EVP_CIPHER_free(algorithm);
    }

    Contexts(const Contexts&) = delete;
    Contexts& operator=(const Contexts&) = delete;

    HmacSha256 hmac{""};
    EVP_CIPHER* algorithm;
    EVP_CIPHER_CTX* cipher;
};

ContentKey::~ContentKey() { OPENSSL_cleanse(key.data(), key.size()); }

Aes128Gcm::Aes128Gcm() : contexts_(std::make_unique<Contexts>()) {}
Aes128Gcm::~Aes128Gcm() = default;
Aes128Gcm::Aes128Gcm(Aes128Gcm&&) noexcept = default;

Octets<32> Aes128Gcm::pseudo_random_key(std::string_view input_keying_material,
                                        const Octets<16>& salt) {
    contexts_->hmac.set_key(view(salt));
    return contexts_->hmac.mac({input_keying_material});
}

ContentKey Aes128Gcm::derive(std::string_view input_keying_material, const Octets<16>& salt) {
    Octets<32> prk = pseudo_random_key(input_keying_material, salt);
    HmacSha256& hmac = contexts_->hmac;
    hmac.set_key(view(prk));
    Octets<32> key = hmac.mac({key_info});
    const Octets<32> nonce = hmac.mac({nonce_info});

    ContentKey content;
    std::copy_n(key.begin(), content.key.size(), content.key.begin());
    std::copy_n(nonce.begin(), content.nonce.size(), content.nonce.begin());
    OPENSSL_cleanse(prk.data(), prk.size());
    OPENSSL_cleanse(key.data(), key.size());
    return content;
}

void Aes128Gcm::seal(std::string& out, const ContentKey& key, std::uint64_t sequence,
                     std::string_view record) {
    EVP_CIPHER_CTX* cipher = contexts_->cipher;
    const Octets<12> nonce = record_nonce(key, sequence);
    require(EVP_EncryptInit_ex2(cipher, contexts_->algorithm, key.key.data(), nonce.data(),
                                nullptr) == 1);
    const std::size_t start = out.size();
    out.resize(start + record.size() + gcm_tag_size);
    int written = 0;
    int rest = 0;
    unsigned char* tag = octets(out) + start + record.size();
    require(EVP_EncryptUpdate(cipher, octets(out) + start, &written, octets(record),
                              static_cast<int>(record.size())) == 1 &&
            EVP_EncryptFinal_ex(cipher, tag, &rest) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, gcm_tag_size, tag) == 1);
}

std::optional<std::string> Aes128Gcm::open(const ContentKey& key, std::uint64_t sequence,
                                           std::string_view ciphertext) {
    if (ciphertext.size() < gcm_tag_size) { return std::nullopt; }
    EVP_CIPHER_CTX* cipher = contexts_->cipher;
    const Octets<12> nonce = record_nonce(key, sequence);
    require(EVP_DecryptInit_ex2(cipher, contexts_->algorithm, key.key.data(), nonce.data(),
                                nullptr) == 1);
    std::string record(ciphertext.size() - gcm_tag_size, '\0');
    std::string tag(ciphertext.substr(record.size()));
    int written = 0;
    int rest = 0;
    require(EVP_DecryptUpdate(cipher, octets(record), &written, octets(ciphertext),
                              static_cast<int>(record.size())) == 1 &&
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, gcm_tag_size, tag.data()) == 1);
    unsigned char* end = octets(record) + record.size();
    if (EVP_DecryptFinal_ex(cipher, end, &rest) != 1) { return std::nullopt; }
    return record;
}

Octets<12> record_nonce(const ContentKey& key, std::uint64_t sequence) {
    Octets<12> nonce = key.nonce;
    for (std::size_t i = nonce.size(); sequence != 0; sequence >>= 8) {
        nonce[--i] ^= static_cast<unsigned char>(sequence & 0xff);
    }
    return nonce;
}

}  // namespace webpush
