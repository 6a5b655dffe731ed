// SipHash-2-4 with 64 bits (Aumasson and Bernstein, 2012): for tables whose keys strangers choose.
// Who does not know the key cannot make two texts meet, and a short text costs some 30 ns, where a
// MAC of hmac.h costs 500. Not for what leaves the process: 64 bits are no proof of anything.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "octets.h"

namespace webpush {

class SipHash {
public:
    explicit SipHash(const Octets<16>& key);

    std::uint64_t operator()(std::string_view text) const;

    // Of several texts, each with its length: where one ends and the next begins makes a difference.
    std::uint64_t operator()(std::initializer_list<std::string_view> texts) const;

private:
    std::uint64_t key_[2];
};

}  // namespace webpush
