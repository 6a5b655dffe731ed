// Encrypted content coding aes128gcm (RFC 8188), one record at a time: what message encryption
// (encryption.h) is made of.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "octets.h"

namespace webpush {

inline constexpr std::size_t gcm_tag_size = 16;
inline constexpr char last_record_delimiter = 0x02;  // other records end with 0x01

// Key and nonce of a content (RFC 8188 sections 2.2 and 2.3). Wiped when it ends.
struct ContentKey {
    Octets<16> key{};
    Octets<12> nonce{};

    ~ContentKey();
};

// Reuses its OpenSSL contexts from record to record. One thread at a time.
class Aes128Gcm {
public:
    Aes128Gcm();
    ~Aes128Gcm();
    Aes128Gcm(Aes128Gcm&&) noexcept;

    ContentKey derive(std::string_view input_keying_material, const Octets<16>& salt);

    // The pseudo-random key in between, for the test vectors.
    Octets<32> pseudo_random_key(std::string_view input_keying_material, const Octets<16>& salt);

    // Appends ciphertext and tag of one record. `record` is plaintext, delimiter and padding.
    void seal(std::string& out, const ContentKey& key, std::uint64_t sequence,
              std::string_view record);

    // The record with its delimiter and padding; nullopt when it does not authenticate.
    std::optional<std::string> open(const ContentKey& key, std::uint64_t sequence,
                                    std::string_view ciphertext);

private:
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
};

// Nonce of a record: the content's, its last octets XORed with the record's number from 0.
Octets<12> record_nonce(const ContentKey& key, std::uint64_t sequence);

}  // namespace webpush
