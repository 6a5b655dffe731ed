// What the fuzz targets share: each defines LLVMFuzzerTestOneInput and, besides not crashing, states
// what must hold for every input that is accepted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

inline std::string_view input(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Ends the program, which is how a fuzzer learns of it.
inline void require(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (holds) { return; }
    std::fprintf(stderr, "not so: %s line %d\n", file, line);
    std::abort();
}

// Where a target takes several texts: takes the first line off the front, without its '\n'.
inline std::string_view take_line(std::string_view& rest) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    return line;
}
