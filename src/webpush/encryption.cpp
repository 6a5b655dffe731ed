#include "encryption.h"

#include <openssl/crypto.h>

#include <algorithm>

#include "aes128gcm.h"
#include "hmac.h"
#include "p256_curve.h"

namespace webpush {
namespace {

constexpr std::uint32_t record_size = max_body;
constexpr std::size_t salt_size = 16;
constexpr std::size_t auth_size = 16;
constexpr std::size_t header_size = salt_size + 4 + 1 + sizeof(PublicKey);
static_assert(header_size + 1 + gcm_tag_size == encryption_overhead);

// The last octet is HKDF-Expand's counter (RFC 5869).
constexpr std::string_view info_label("WebPush: info\0", 14);
constexpr std::string_view info_end("\x01", 1);

// Random octets drawn many at a time: a call of the generator costs about 0.7 us, and a message
// would need two (3 % of a whole encryption). What was taken is wiped.
class RandomPool {
public:
    ~RandomPool() { OPENSSL_cleanse(pool_.data(), pool_.size()); }

    template <std::size_t N>
    Octets<N> take() {
        if (pool_.size() - used_ < N) {
            random_bytes(pool_.data(), pool_.size());
            used_ = 0;
        }
        Octets<N> out;
        std::copy_n(pool_.data() + used_, N, out.begin());
        OPENSSL_cleanse(pool_.data() + used_, N);
        used_ += N;
        return out;
    }

private:
    Octets<32 * (sizeof(PrivateKey) + salt_size)> pool_;
    std::size_t used_ = sizeof(pool_);
};

// Uniform in 1 .. n-1: what is not a private key is thrown away (FIPS 186-4 appendix B.4.2).
KeyPair new_key_pair(P256Curve& curve, RandomPool& random) {
    for (;;) {
        KeyPair pair;
        pair.private_key = random.take<sizeof(PrivateKey)>();
        if (const auto public_key = curve.public_key_of(pair.private_key)) {
            pair.public_key = *public_key;
            return pair;
        }
    }
}

// Input keying material of the content coding (RFC 8291 sections 3.3 and 3.4): the shared secret,
// bound to both public keys and to the subscription's authentication secret.
Octets<32> keying_material(HmacSha256& hmac, std::string_view auth, Octets<32> shared_secret,
                           std::string_view user_agent, std::string_view application_server) {
    hmac.set_key(auth);
    Octets<32> prk = hmac.mac({view(shared_secret)});
    hmac.set_key(view(prk));
    const Octets<32> ikm = hmac.mac({info_label, user_agent, application_server, info_end});
    OPENSSL_cleanse(shared_secret.data(), shared_secret.size());
    OPENSSL_cleanse(prk.data(), prk.size());
    return ikm;
}

void append_header(std::string& body, const Octets<salt_size>& salt, const PublicKey& key) {
    body += view(salt);
    for (int shift = 24; shift >= 0; shift -= 8) {
        body.push_back(static_cast<char>(record_size >> shift & 0xff));
    }
    body.push_back(static_cast<char>(key.size()));
    body += view(key);
}

std::uint32_t big_endian_32(std::string_view octets) {
    std::uint32_t number = 0;
    for (char c : octets) {
        number = number << 8 | static_cast<unsigned char>(c);
    }
    return number;
}

// Delimiter and zeros at the end of the last record; nullopt without them.
std::optional<std::string> without_padding(std::string record) {
    const std::size_t delimiter = record.find_last_not_of('\0');
    if (delimiter == std::string::npos || record[delimiter] != last_record_delimiter) {
        return std::nullopt;
    }
    record.resize(delimiter);
    return record;
}

}  // namespace

struct MessageEncryptor::Contexts {
    P256Curve curve;
    RandomPool random;
    HmacSha256 hmac{""};
    Aes128Gcm coding;
    std::string record;  // plaintext, delimiter, padding
};

MessageEncryptor::MessageEncryptor() : contexts_(std::make_unique<Contexts>()) {}
MessageEncryptor::~MessageEncryptor() = default;
MessageEncryptor::MessageEncryptor(MessageEncryptor&&) noexcept = default;

std::optional<std::string> MessageEncryptor::encrypt(std::string_view plaintext,
                                                     std::string_view p256dh,
                                                     std::string_view auth) {
    RandomPool& random = contexts_->random;
    const KeyPair application_server = new_key_pair(contexts_->curve, random);
    const auto salt = random.take<salt_size>();
    return encrypt_with(plaintext, p256dh, auth, application_server, salt);
}

std::optional<std::string> MessageEncryptor::encrypt_with(
    std::string_view plaintext, std::string_view p256dh, std::string_view auth,
    const KeyPair& application_server, const Octets<16>& salt, std::size_t padding) {
    if (auth.size() != auth_size || plaintext.size() > max_plaintext ||
        padding > max_plaintext - plaintext.size()) {
        return std::nullopt;
    }
    auto& [curve, random, hmac, coding, record] = *contexts_;
    const auto shared_secret = curve.ecdh(application_server.private_key, p256dh);
    if (!shared_secret) { return std::nullopt; }
    const Octets<32> ikm =
        keying_material(hmac, auth, *shared_secret, p256dh, view(application_server.public_key));
    const ContentKey key = coding.derive(view(ikm), salt);

    record.assign(plaintext);
    record.push_back(last_record_delimiter);
    record.append(padding, '\0');

    std::string body;
    body.reserve(header_size + record.size() + gcm_tag_size);
    append_header(body, salt, application_server.public_key);
    coding.seal(body, key, 0, record);
    return body;
}

std::optional<std::string> decrypt(std::string_view body, const KeyPair& user_agent,
                                   std::string_view auth) {
    if (body.size() < encryption_overhead || auth.size() != auth_size) { return std::nullopt; }
    const auto salt = to_octets<salt_size>(body.substr(0, salt_size));
    const std::uint32_t given_record_size = big_endian_32(body.substr(salt_size, 4));
    const auto key_size = static_cast<unsigned char>(body[salt_size + 4]);
    const std::string_view application_server = body.substr(salt_size + 5, sizeof(PublicKey));
    const std::string_view ciphertext = body.substr(header_size);
    // A record of one octet of content at least, and all of it in one (RFC 8291 section 4).
    if (key_size != sizeof(PublicKey) || given_record_size < gcm_tag_size + 2 ||
        ciphertext.size() > given_record_size) {
        return std::nullopt;
    }
    const auto shared_secret = P256Curve().ecdh(user_agent.private_key, application_server);
    if (!shared_secret) { return std::nullopt; }
    HmacSha256 hmac("");
    const Octets<32> ikm = keying_material(hmac, auth, *shared_secret, view(user_agent.public_key),
                                           application_server);
    Aes128Gcm coding;
    std::optional<std::string> record = coding.open(coding.derive(view(ikm), *salt), 0, ciphertext);
    if (!record) { return std::nullopt; }
    return without_padding(std::move(*record));
}

}  // namespace webpush
