// What the daemon has to say to its operator: one line an event on stderr, "webpushd: <text>",
// with level and time in front. Never an endpoint, a key, a token or a parameter of a statement.
// Usable from every thread.
#pragma once

#include <fmt/core.h>

#include <string_view>
#include <utility>

namespace webpushd {

enum class LogLevel { info, warning, error };

void log_line(LogLevel level, std::string_view text);

template <typename... T>
void log_info(fmt::format_string<T...> format, T&&... values) {
    log_line(LogLevel::info, fmt::format(format, std::forward<T>(values)...));
}

// Something that an operator should look at, but the daemon goes on as intended.
template <typename... T>
void log_warn(fmt::format_string<T...> format, T&&... values) {
    log_line(LogLevel::warning, fmt::format(format, std::forward<T>(values)...));
}

// Something does not work now. Once per change of state, not per attempt.
template <typename... T>
void log_error(fmt::format_string<T...> format, T&&... values) {
    log_line(LogLevel::error, fmt::format(format, std::forward<T>(values)...));
}

}  // namespace webpushd
