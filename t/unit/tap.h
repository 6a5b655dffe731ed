// TAP output for the C++ unit tests, which run under `prove` (t/01-unit.t) or by hand:
//
//     int main() {
//         tap::is(base64url_encode("f"), "Zg", "one octet");
//         tap::subtest("refused", [] { tap::ok(!decode("Z"), "a single character"); });
//         return tap::done_testing();
//     }
//
// A failing check prints both values and the line of the check, and goes on with the next one.
// Programs run with the repository's root as current directory.
#pragma once

#include <concepts>
#include <cstdio>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace tap {

// One level of numbering: the program, or a subtest in it.
struct Level {
    int count = 0;
    int failed = 0;
    std::string indent;
};

inline Level level;

// Comments for who reads the output; shown by prove -v.
inline void note(std::string_view text) {
    std::printf("%s# %.*s\n", level.indent.c_str(), static_cast<int>(text.size()), text.data());
}

// As prove shows them without -v: on stderr.
inline void diag(const std::string& text) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s# %s\n", level.indent.c_str(), text.c_str());
}

inline bool ok(bool pass, std::string_view name,
               std::source_location where = std::source_location::current()) {
    ++level.count;
    std::printf("%s%sok %d - %.*s\n", level.indent.c_str(), pass ? "" : "not ", level.count,
                static_cast<int>(name.size()), name.data());
    if (!pass) {
        ++level.failed;
        diag("failed: " + std::string(name) + " at " + where.file_name() + " line " +
             std::to_string(where.line()));
    }
    return pass;
}

// Text with what is not printable as \xNN, so that octets can be compared by eye.
inline std::string shown(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet >= 0x20 && octet < 0x7f) {
            out += c;
        } else {
            char hex[5];
            std::snprintf(hex, sizeof hex, "\\x%02x", octet);
            out += hex;
        }
    }
    return out + "\"";
}

template <typename T>
std::string show(const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return shown(value);
    } else if constexpr (std::same_as<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_enum_v<T>) {
        return "enumerator " + std::to_string(static_cast<long long>(value));
    } else if constexpr (std::is_arithmetic_v<T>) {
        return std::to_string(value);
    } else {
        return "(a value that cannot be printed)";
    }
}

template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

// Equality; integers compare by value whatever their signedness.
template <typename A, typename B>
bool is(const A& got, const B& want, std::string_view name,
        std::source_location where = std::source_location::current()) {
    bool same = false;
    if constexpr (Number<A> && Number<B>) {
        same = std::cmp_equal(got, want);
    } else {
        same = got == want;
    }
    if (!ok(same, name, where)) {
        diag("   got: " + show(got));
        diag("  want: " + show(want));
    }
    return same;
}

// Runs `body`'s checks as one numbered check of the outer level.
template <typename F>
void subtest(std::string_view name, F&& body,
             std::source_location where = std::source_location::current()) {
    Level outer = std::exchange(level, Level{0, 0, level.indent + "    "});
    body();
    std::printf("%s1..%d\n", level.indent.c_str(), level.count);
    const bool pass = level.failed == 0 && level.count > 0;
    level = std::move(outer);
    ok(pass, name, where);
}

// Prints the plan; the value is for main to return.
[[nodiscard]] inline int done_testing() {
    std::printf("1..%d\n", level.count);
    std::fflush(stdout);
    return level.failed == 0 && level.count > 0 ? 0 : 1;
}

}  // namespace tap
