// Fixed-size byte strings, and the identifiers made of them.
//
// Variable-size bytes are std::string / std::string_view throughout the core: binary-safe, and
// what libpq, nghttp2 and nginx take without a copy.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace webpush {

template <std::size_t N>
using Octets = std::array<unsigned char, N>;

// First 16 octets of SHA-256(endpoint). The edge computes it without a look-up; the same endpoint
// is the same row for ever. Stored as a PostgreSQL uuid, written in JSON as 22 characters
// base64url.
using SubscriptionId = Octets<16>;

// The unit by which big tables are cut: the first octet of the subscription id.
inline int bucket_of(const SubscriptionId& id) { return id[0]; }

// A view of the octets; valid as long as they are.
template <std::size_t N>
std::string_view view(const Octets<N>& octets) {
    return {reinterpret_cast<const char*>(octets.data()), N};
}

template <std::size_t N>
std::string_view view(Octets<N>&&) = delete;

// nullopt unless `bytes` has exactly N octets.
template <std::size_t N>
std::optional<Octets<N>> to_octets(std::string_view bytes) {
    if (bytes.size() != N) { return std::nullopt; }
    Octets<N> out;
    std::memcpy(out.data(), bytes.data(), N);
    return out;
}

}  // namespace webpush
