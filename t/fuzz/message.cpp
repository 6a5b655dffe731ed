// Encrypted messages as a user agent gets them. What decrypts, with the keys of RFC 8291 appendix
// A, has the size that its padding leaves.
#include "fuzz.h"
#include "webpush/base64url.h"
#include "webpush/encryption.h"

namespace {

webpush::KeyPair user_agent_keys() {
    const auto private_key = webpush::to_octets<32>(
        *webpush::base64url_decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"));
    return {*webpush::public_key_of(*private_key), *private_key};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const webpush::KeyPair keys = user_agent_keys();
    static const std::string auth = *webpush::base64url_decode("BTBZMqHH6r4Tts7J_aSIgg");
    const auto plaintext = webpush::decrypt(input(data, size), keys, auth);
    require(!plaintext || plaintext->size() + webpush::encryption_overhead <= size);
    return 0;
}
