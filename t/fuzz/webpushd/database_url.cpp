// Connection strings on their way into a log line: two lines, one as an operator wrote it and a
// password. What is shown is a connection string itself, and never has the password.
#include "store/database_url.h"

#include <stdexcept>

#include "fuzz.h"

namespace {

constexpr std::string_view mark = "Zq9~";

// libpq ends texts at a zero octet.
std::string_view before_zero(std::string_view text) { return text.substr(0, text.find('\0')); }

std::string shown(std::string_view conninfo) {
    return webpushd::without_password(std::string(before_zero(conninfo)));
}

std::string in_quotes(std::string_view value) {
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') { text += '\\'; }
        text += c;
    }
    return text + "'";
}

std::string in_url(std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        text += {'%', digits[octet >> 4], digits[octet & 15]};
    }
    return text;
}

void is_hidden(std::string_view password) {
    const std::string secret = std::string(mark) + std::string(before_zero(password));
    const std::string words = "host=db password=" + in_quotes(secret) + " user=push";
    const std::string url = "postgresql://push:" + in_url(secret) + "@db/push";
    require(shown(words) == "user=push password=... host=db");
    require(shown(url) == "user=push password=... dbname=push host=db");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = input(data, size);
    try {
        const std::string once = shown(take_line(rest));
        require(shown(once) == once);
    } catch (const std::runtime_error&) {}  // no connection string
    is_hidden(rest);
    return 0;
}
