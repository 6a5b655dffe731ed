// What standard output can show: a person's terminal or a pipe.
#pragma once

#include <string>
#include <string_view>

namespace webpush_cli {

struct Terminal {
    bool interactive = false;  // a terminal: lines may be written over
    bool colour = false;       // and NO_COLOR is not set (https://no-color.org)
    bool unicode = false;      // the locale's characters are UTF-8

    // Of standard output. Call setlocale() before.
    static Terminal detect();

    std::string bold(std::string_view text) const;

    // A bar of `width` columns filled to `part` (0..1).
    std::string bar(double part, int width) const;
};

// Columns that UTF-8 text takes on a terminal.
int display_width(std::string_view text);

// Text from elsewhere with control characters shown as '?': it must not steer the terminal.
std::string printable(std::string_view text);

// The same for texts of several lines: newlines stay.
std::string printable_lines(std::string_view text);

// 1234567 as "1,234,567".
std::string grouped(long long number);

// 0.4567 as "45.7 %".
std::string percent(double rate);

}  // namespace webpush_cli
