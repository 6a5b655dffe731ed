#include "base64url.h"

#include <array>
#include <cstdint>

namespace webpush {
namespace {

constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_digit = 0xff;

using Digits = std::array<std::uint8_t, 256>;

constexpr Digits make_digits(bool standard_too) {
    Digits digits{};
    digits.fill(no_digit);
    for (std::uint8_t i = 0; i < 64; ++i) {
        digits[static_cast<unsigned char>(alphabet[i])] = i;
    }
    if (standard_too) {
        digits['+'] = 62;
        digits['/'] = 63;
    }
    return digits;
}

constexpr Digits url_digits = make_digits(false);
constexpr Digits lenient_digits = make_digits(true);

std::optional<std::string> decode(std::string_view text, const Digits& digits) {
    if (text.size() % 4 == 1) { return std::nullopt; }

    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int held = 0;  // bits not yet written
    for (char c : text) {
        const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
        if (digit == no_digit) { return std::nullopt; }
        bits = (bits << 6 | digit) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<char>(bits >> held & 0xff));
        }
    }
    const std::uint32_t unused = bits & ((1U << held) - 1);
    if (unused != 0) { return std::nullopt; }
    return out;
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string out;
    append_base64url(out, bytes);
    return out;
}

void append_base64url(std::string& out, std::string_view bytes) {
    out.reserve(out.size() + (bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : bytes) {
        bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xffff;
        held += 8;
        while (held >= 6) {
            held -= 6;
            out.push_back(alphabet[bits >> held & 63]);
        }
    }
    if (held > 0) { out.push_back(alphabet[bits << (6 - held) & 63]); }
}

std::optional<std::string> base64url_decode(std::string_view text) {
    return decode(text, url_digits);
}

std::optional<std::string> base64_decode_lenient(std::string_view text) {
    // Padding is taken only where it belongs: to fill up the last group of four.
    if (text.size() % 4 == 0) {
        for (int i = 0; i < 2 && text.ends_with('='); ++i) {
            text.remove_suffix(1);
        }
    }
    return decode(text, lenient_digits);
}

}  // namespace webpush
