#include "key_file.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base64url.h"
#include "hmac.h"
#include "text_lines.h"

namespace webpush {
namespace {

constexpr std::size_t key_size = 32;
constexpr int ids = 256;

std::string comments(std::string_view file_text) {
    std::string lines;
    while (file_text.starts_with('#')) {
        const std::size_t end = std::min(file_text.find('\n'), file_text.size());
        lines += std::string(file_text.substr(0, end)) + "\n";
        file_text.remove_prefix(std::min(end + 1, file_text.size()));
    }
    return lines;
}

std::string text_of(const TextLine& line) {
    return std::string(line.first) + " " + std::string(line.second) + "\n";
}

}  // namespace

std::optional<int> parse_key_id(std::string_view digits) {
    std::uint8_t id = 0;
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, id);
    if (parsed.ec != std::errc() || parsed.ptr != end) { return std::nullopt; }
    return id;
}

std::optional<int> waiting_key(std::string_view file_text) {
    const auto lines = content_lines(file_text);
    if (lines.size() < 2) { return std::nullopt; }
    const auto first = parse_key_id(lines[0].first);
    const auto second = parse_key_id(lines[1].first);
    const bool follows = first && second && *second == (*first + 1) % ids;
    return follows ? second : std::nullopt;
}

std::string with_waiting_key(std::string_view file_text) {
    const auto lines = content_lines(file_text);
    const int id = (parse_key_id(lines.front().first).value_or(0) + 1) % ids;
    char secret[key_size];
    random_bytes(secret, sizeof secret);
    std::string file = comments(file_text) + text_of(lines.front());
    file += std::to_string(id) + " " + base64url({secret, sizeof secret}) + "\n";
    OPENSSL_cleanse(secret, sizeof secret);
    return file;
}

std::string with_waiting_key_first(std::string_view file_text) {
    const auto lines = content_lines(file_text);
    return comments(file_text) + text_of(lines[1]) + text_of(lines[0]);
}

}  // namespace webpush
