#include "duration.h"

#include <charconv>

namespace webpush_cli {
namespace {

struct Unit {
    char letter;
    std::int64_t seconds;
};

constexpr Unit units[] = {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
constexpr std::int64_t max_count = 1'000'000'000;

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, count);
    if (failure != std::errc() || count < 0 || count > max_count) { return std::nullopt; }
    if (stop == end) { return count; }
    if (stop + 1 != end) { return std::nullopt; }
    for (const Unit& unit : units) {
        if (unit.letter == *stop) { return count * unit.seconds; }
    }
    return std::nullopt;
}

std::string duration_text(std::int64_t seconds) {
    std::string text;
    int parts = 0;
    for (const Unit& unit : units) {
        const std::int64_t count = seconds / unit.seconds;
        seconds %= unit.seconds;
        if (count == 0) { continue; }
        text += (parts > 0 ? " " : "") + std::to_string(count) + unit.letter;
        if (++parts == 2) { break; }
    }
    return parts == 0 ? "0s" : text;
}

}  // namespace webpush_cli
