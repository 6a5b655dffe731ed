#include "terminal.h"

#include <langinfo.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>

namespace webpush_cli {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

Terminal Terminal::detect() {
    Terminal terminal;
    const char* no_color = std::getenv("NO_COLOR");
    const char* type = std::getenv("TERM");
    const bool dumb = type == nullptr || std::strcmp(type, "dumb") == 0;
    terminal.interactive = ::isatty(STDOUT_FILENO) == 1 && !dumb;
    terminal.colour = terminal.interactive && (no_color == nullptr || *no_color == '\0');
    terminal.unicode = std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
    return terminal;
}

std::string Terminal::bold(std::string_view text) const {
    if (!colour) { return std::string(text); }
    return "\033[1m" + std::string(text) + "\033[0m";
}

std::string Terminal::bar(double part, int width) const {
    const int filled = static_cast<int>(std::clamp(part, 0.0, 1.0) * width + 0.5);
    std::string bar;
    for (int column = 0; column < width; ++column) {
        if (unicode) {
            bar += column < filled ? "█" : "░";
        } else {
            bar += column < filled ? '#' : '.';
        }
    }
    return bar;
}

int display_width(std::string_view text) {
    int width = 0;
    std::mbstate_t state{};
    while (!text.empty()) {
        wchar_t character = 0;
        const std::size_t taken = std::mbrtowc(&character, text.data(), text.size(), &state);
        if (taken == 0 || taken > text.size()) {  // not in this locale: an octet, a column
            state = {};
            text.remove_prefix(1);
            ++width;
            continue;
        }
        width += std::max(0, ::wcwidth(character));
        text.remove_prefix(taken);
    }
    return width;
}

std::string printable(std::string_view text) {
    std::string result(text);
    std::replace_if(result.begin(), result.end(), is_control, '?');
    return result;
}

std::string printable_lines(std::string_view text) {
    std::string result(text);
    std::replace_if(
        result.begin(), result.end(), [](char c) { return is_control(c) && c != '\n'; }, '?');
    return result;
}

std::string grouped(long long number) {
    std::string digits = std::to_string(number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

std::string percent(double rate) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", rate * 100);
    return text;
}

}  // namespace webpush_cli
