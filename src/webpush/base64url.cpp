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

std::uint32_t octet(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

// What a digit stands for; more than 63 when it is none.
std::uint32_t digit(const Digits& digits, std::string_view text, std::size_t at) {
    return digits[static_cast<unsigned char>(text[at])];
}

// The last 2 or 3 digits make 1 or 2 octets; the bits that are left over must be 0.
bool decode_rest(std::string_view text, const Digits& digits, char* to) {
    if (text.empty()) { return true; }
    const std::uint32_t third = text.size() == 3 ? digit(digits, text, 2) : 0;
    const std::uint32_t first = digit(digits, text, 0);
    const std::uint32_t second = digit(digits, text, 1);
    const std::uint32_t bits = first << 12 | second << 6 | third;
    const std::uint32_t unused = text.size() == 3 ? 0x3 : 0x3ff;
    if ((first | second | third) > 63 || (bits & unused) != 0) { return false; }
    to[0] = static_cast<char>(bits >> 10);
    if (text.size() == 3) { to[1] = static_cast<char>(bits >> 2); }
    return true;
}

std::optional<std::string> decode(std::string_view text, const Digits& digits) {
    if (text.size() % 4 == 1) { return std::nullopt; }

    std::string out(text.size() * 3 / 4, '\0');
    char* to = out.data();
    std::uint32_t all = 0;
    for (; text.size() >= 4; text.remove_prefix(4), to += 3) {
        const std::uint32_t first = digit(digits, text, 0);
        const std::uint32_t second = digit(digits, text, 1);
        const std::uint32_t third = digit(digits, text, 2);
        const std::uint32_t fourth = digit(digits, text, 3);
        all |= first | second | third | fourth;
        to[0] = static_cast<char>(first << 2 | second >> 4);
        to[1] = static_cast<char>(second << 4 | third >> 2);
        to[2] = static_cast<char>(third << 6 | fourth);
    }
    if (all > 63 || !decode_rest(text, digits, to)) { return std::nullopt; }
    return out;
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string out;
    append_base64url(out, bytes);
    return out;
}

void append_base64url(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    out.resize(before + (bytes.size() * 4 + 2) / 3);
    char* to = out.data() + before;
    for (; bytes.size() >= 3; bytes.remove_prefix(3), to += 4) {
        const std::uint32_t bits = octet(bytes, 0) << 16 | octet(bytes, 1) << 8 | octet(bytes, 2);
        to[0] = alphabet[bits >> 18];
        to[1] = alphabet[bits >> 12 & 63];
        to[2] = alphabet[bits >> 6 & 63];
        to[3] = alphabet[bits & 63];
    }
    if (bytes.empty()) { return; }
    const std::uint32_t bits = octet(bytes, 0) << 8 | (bytes.size() == 2 ? octet(bytes, 1) : 0);
    to[0] = alphabet[bits >> 10];
    to[1] = alphabet[bits >> 4 & 63];
    if (bytes.size() == 2) { to[2] = alphabet[bits << 2 & 63]; }
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
