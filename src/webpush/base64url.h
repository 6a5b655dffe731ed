// Base 64 with the URL-safe alphabet, without padding (RFC 4648 section 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace webpush {

std::string base64url(std::string_view bytes);

// Appends instead of allocating.
void append_base64url(std::string& out, std::string_view bytes);

// Strict: only the URL-safe alphabet, no padding, unused bits zero, so that every byte string has
// exactly one accepted spelling. nullopt otherwise.
std::optional<std::string> base64url_decode(std::string_view text);

// For subscription keys only: also takes the standard alphabet and '=' padding, as old browsers
// and clients send them. Unused bits must still be zero.
std::optional<std::string> base64_decode_lenient(std::string_view text);

}  // namespace webpush
