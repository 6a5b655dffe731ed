// What the fuzz targets share: each defines LLVMFuzzerTestOneInput and, besides not crashing, states
// what must hold for every input that is accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

inline std::string_view input(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Ends the program, which is how a fuzzer learns of it.
inline void require(bool holds) {
    if (!holds) { std::abort(); }
}
