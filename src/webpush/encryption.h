// Message encryption for Web Push (RFC 8291, content coding aes128gcm of RFC 8188).
//
// body = salt(16) | rs(4) | idlen(1) = 65 | as_public(65) | AES-128-GCM(plaintext | 0x02 | padding)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "octets.h"
#include "p256.h"

namespace webpush {

inline constexpr std::size_t encryption_overhead = 103;  // header 86, delimiter 1, tag 16
inline constexpr std::size_t max_body = 4096;            // RFC 8030 section 7.2
inline constexpr std::size_t max_plaintext = max_body - encryption_overhead;

// Reuses its OpenSSL contexts from message to message, but never a key or a salt: a new key pair
// and salt for each (RFC 8291 section 3.1). One thread at a time; one instance a sender thread.
// Draws random octets ahead: not to be used on both sides of a fork().
class MessageEncryptor {
public:
    MessageEncryptor();
    ~MessageEncryptor();
    MessageEncryptor(MessageEncryptor&&) noexcept;

    // `p256dh` 65 octets, `auth` 16 octets, plaintext at most max_plaintext.
    // nullopt when a key is not valid or the plaintext too long.
    std::optional<std::string> encrypt(std::string_view plaintext, std::string_view p256dh,
                                       std::string_view auth);

    // The same with the random parts given, for the test vectors.
    std::optional<std::string> encrypt_with(std::string_view plaintext, std::string_view p256dh,
                                            std::string_view auth,
                                            const KeyPair& application_server,
                                            const Octets<16>& salt, std::size_t padding = 0);

private:
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
};

// The receiving side (single record only), for simulated browsers and tests. nullopt when the body
// is not well-formed or does not authenticate.
std::optional<std::string> decrypt(std::string_view body, const KeyPair& user_agent,
                                   std::string_view auth);

}  // namespace webpush
