#include "p256_curve.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <cstdlib>

namespace webpush {
namespace {

constexpr unsigned char uncompressed = 0x04;

// Only failures that no input can cause: out of memory, or no entropy.
void require(bool ok) {
    if (!ok) { std::abort(); }
}

}  // namespace

struct P256Curve::Objects {
    Objects()
        : group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)),
          numbers(BN_CTX_new()),
          peer(EC_POINT_new(group)),
          product(EC_POINT_new(group)),
          scalar(BN_new()),
          x(BN_new()) {
        require(numbers != nullptr && peer != nullptr && product != nullptr && scalar != nullptr &&
                x != nullptr);
        BN_set_flags(scalar, BN_FLG_CONSTTIME);
    }

    ~Objects() {
        BN_clear_free(x);
        BN_clear_free(scalar);
        EC_POINT_clear_free(product);
        EC_POINT_free(peer);
        BN_CTX_free(numbers);
        EC_GROUP_free(group);
    }

    Objects(const Objects&) = delete;
    Objects& operator=(const Objects&) = delete;

    // False unless the scalar is a private key.
    bool load_scalar(const PrivateKey& key) {
        require(BN_bin2bn(key.data(), static_cast<int>(key.size()), scalar) != nullptr);
        return !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0;
    }

    // EC_POINT_oct2point refuses coordinates >= p and points off the curve, but takes encodings
    // that Web Push does not have: they are sorted out by length and first octet.
    bool load_peer(std::string_view key) {
        const auto* octets = reinterpret_cast<const unsigned char*>(key.data());
        return key.size() == sizeof(PublicKey) && octets[0] == uncompressed &&
               EC_POINT_oct2point(group, peer, octets, key.size(), numbers) == 1;
    }

    PublicKey public_key_of_scalar() {
        PublicKey key;
        require(EC_POINT_mul(group, product, scalar, nullptr, nullptr, numbers) == 1 &&
                EC_POINT_point2oct(group, product, POINT_CONVERSION_UNCOMPRESSED, key.data(),
                                   key.size(), numbers) == key.size());
        return key;
    }

    EC_GROUP* group;
    BN_CTX* numbers;
    EC_POINT* peer;
    EC_POINT* product;
    BIGNUM* scalar;
    BIGNUM* x;
};

P256Curve::P256Curve() : objects_(std::make_unique<Objects>()) {}
P256Curve::~P256Curve() = default;
P256Curve::P256Curve(P256Curve&&) noexcept = default;

KeyPair P256Curve::generate() {
    Objects& o = *objects_;
    do {
        require(BN_priv_rand_range(o.scalar, EC_GROUP_get0_order(o.group)) == 1);
    } while (BN_is_zero(o.scalar));

    KeyPair pair;
    require(BN_bn2binpad(o.scalar, pair.private_key.data(), sizeof(PrivateKey)) > 0);
    pair.public_key = o.public_key_of_scalar();
    return pair;
}

std::optional<PublicKey> P256Curve::public_key_of(const PrivateKey& private_key) {
    if (!objects_->load_scalar(private_key)) { return std::nullopt; }
    return objects_->public_key_of_scalar();
}

bool P256Curve::is_valid(std::string_view public_key) { return objects_->load_peer(public_key); }

std::optional<Octets<32>> P256Curve::ecdh(const PrivateKey& own, std::string_view peer) {
    Objects& o = *objects_;
    if (!o.load_scalar(own) || !o.load_peer(peer)) { return std::nullopt; }
    Octets<32> shared;
    require(EC_POINT_mul(o.group, o.product, nullptr, o.peer, o.scalar, o.numbers) == 1 &&
            EC_POINT_get_affine_coordinates(o.group, o.product, o.x, nullptr, o.numbers) == 1 &&
            BN_bn2binpad(o.x, shared.data(), static_cast<int>(shared.size())) > 0);
    return shared;
}

}  // namespace webpush
