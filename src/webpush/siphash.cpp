#include "siphash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace webpush {
namespace {

constexpr std::size_t word_size = 8;

// The text's octets, least significant first.
std::uint64_t little_endian(const char* octets, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(octets[i])} << (8 * i);
    }
    return word;
}

std::uint64_t whole_word(const char* octets) {
    if constexpr (std::endian::native != std::endian::little) {
        return little_endian(octets, word_size);
    }
    std::uint64_t word;
    std::memcpy(&word, octets, sizeof word);
    return word;
}

// Four words of state; the names are the paper's.
class State {
public:
    State(std::uint64_t key0, std::uint64_t key1)
        : v0_(key0 ^ 0x736f6d6570736575),
          v1_(key1 ^ 0x646f72616e646f6d),
          v2_(key0 ^ 0x6c7967656e657261),
          v3_(key1 ^ 0x7465646279746573) {}

    void take(std::uint64_t word) {
        v3_ ^= word;
        rounds(2);
        v0_ ^= word;
    }

    // The last word holds what was left of the text and, at its top, the text's length.
    void take(std::string_view text) {
        std::size_t at = 0;
        for (; text.size() - at >= word_size; at += word_size) {
            take(whole_word(text.data() + at));
        }
        take(std::uint64_t{text.size()} << 56 | little_endian(text.data() + at, text.size() - at));
    }

    std::uint64_t finish() {
        v2_ ^= 0xff;
        rounds(4);
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    void rounds(int count) {
        for (; count > 0; --count) {
            v0_ += v1_;
            v2_ += v3_;
            v1_ = std::rotl(v1_, 13) ^ v0_;
            v3_ = std::rotl(v3_, 16) ^ v2_;
            v0_ = std::rotl(v0_, 32);
            v2_ += v1_;
            v0_ += v3_;
            v1_ = std::rotl(v1_, 17) ^ v2_;
            v3_ = std::rotl(v3_, 21) ^ v0_;
            v2_ = std::rotl(v2_, 32);
        }
    }

    std::uint64_t v0_, v1_, v2_, v3_;
};

}  // namespace

SipHash::SipHash(const Octets<16>& key) {
    const char* octets = view(key).data();
    key_[0] = whole_word(octets);
    key_[1] = whole_word(octets + word_size);
}

std::uint64_t SipHash::operator()(std::string_view text) const {
    State state(key_[0], key_[1]);
    state.take(text);
    return state.finish();
}

// A text's last word has only the low octet of its length, so the whole of it goes before.
std::uint64_t SipHash::operator()(std::initializer_list<std::string_view> texts) const {
    State state(key_[0], key_[1]);
    for (std::string_view text : texts) {
        state.take(std::uint64_t{text.size()});
        state.take(text);
    }
    return state.finish();
}

}  // namespace webpush
