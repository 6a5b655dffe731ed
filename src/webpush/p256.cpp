#include "p256.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <cstdlib>
#include <memory>

#include "p256_curve.h"

namespace webpush {
namespace {

template <auto free_function>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        free_function(object);
    }
};

using PkeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using PkeyCtxPtr = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestCtxPtr = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;

constexpr std::size_t number_size = 32;
constexpr std::size_t signature_size = 2 * number_size;
constexpr std::size_t max_der_size = 72;

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

// `private_key` may be null, then the key can only verify. Null when the keys are not valid.
PkeyPtr make_pkey(const PublicKey& public_key, const PrivateKey* private_key) {
    const BuilderPtr builder(OSSL_PARAM_BLD_new());
    const NumberPtr scalar(
        private_key == nullptr ? nullptr : BN_bin2bn(private_key->data(), number_size, nullptr));
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(),
                                     public_key.size());
    if (scalar) { OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()); }
    const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
    const PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    const int selection = scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;

    EVP_PKEY* pkey = nullptr;
    if (EVP_PKEY_fromdata_init(ctx.get()) != 1 ||
        EVP_PKEY_fromdata(ctx.get(), &pkey, selection, params.get()) != 1) {
        return nullptr;
    }
    return PkeyPtr(pkey);
}

// OpenSSL's signatures are DER sequences of two integers, those of JWT two fixed-size numbers.
Octets<signature_size> from_der(const unsigned char* der, std::size_t size) {
    Octets<signature_size> raw{};
    const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(size)));
    if (!signature ||
        BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), number_size) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + number_size, number_size) <
            0) {
        std::abort();  // it is our own output
    }
    return raw;
}

std::optional<std::size_t> to_der(std::string_view raw, unsigned char (&der)[max_der_size]) {
    const SignaturePtr signature(ECDSA_SIG_new());
    NumberPtr r(BN_bin2bn(octets(raw), number_size, nullptr));
    NumberPtr s(BN_bin2bn(octets(raw) + number_size, number_size, nullptr));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) {
        return std::nullopt;
    }
    // Owned by the signature from here on.
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* end = der;
    const int size = i2d_ECDSA_SIG(signature.get(), &end);
    if (size <= 0) { return std::nullopt; }
    return static_cast<std::size_t>(size);
}

}  // namespace

KeyPair::~KeyPair() { OPENSSL_cleanse(private_key.data(), private_key.size()); }

KeyPair generate_key_pair() { return P256Curve().generate(); }

std::optional<PublicKey> public_key_of(const PrivateKey& private_key) {
    return P256Curve().public_key_of(private_key);
}

bool is_valid_public_key(std::string_view bytes) { return P256Curve().is_valid(bytes); }

std::optional<Octets<32>> ecdh(const PrivateKey& own, const PublicKey& peer) {
    return P256Curve().ecdh(own, view(peer));
}

Octets<64> sign_es256(const KeyPair& key, std::string_view text) {
    const PkeyPtr pkey = make_pkey(key.public_key, &key.private_key);
    const DigestCtxPtr ctx(EVP_MD_CTX_new());
    unsigned char der[max_der_size];
    std::size_t size = sizeof der;
    if (!pkey || !ctx ||
        EVP_DigestSignInit(ctx.get(), nullptr, EVP_sha256(), nullptr, pkey.get()) != 1 ||
        EVP_DigestSign(ctx.get(), der, &size, octets(text), text.size()) != 1) {
        std::abort();  // no input that keeps the header's promise gets here
    }
    return from_der(der, size);
}

bool verify_es256(const PublicKey& key, std::string_view text, std::string_view signature) {
    if (signature.size() != signature_size || !is_valid_public_key(view(key))) { return false; }
    unsigned char der[max_der_size];
    const std::optional<std::size_t> size = to_der(signature, der);
    const PkeyPtr pkey = make_pkey(key, nullptr);
    const DigestCtxPtr ctx(EVP_MD_CTX_new());
    return size && pkey && ctx &&
           EVP_DigestVerifyInit(ctx.get(), nullptr, EVP_sha256(), nullptr, pkey.get()) == 1 &&
           EVP_DigestVerify(ctx.get(), der, *size, octets(text), text.size()) == 1;
}

}  // namespace webpush
