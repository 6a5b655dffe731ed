// Line-oriented key files: "<first> <second>" a line, '#' starts a comment line, empty lines are
// skipped. Both link.keys and vapid.keys have this shape.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "problem.h"

namespace webpush {

// Views point into the file's text. `second` is everything after the first space, "" if none.
struct TextLine {
    std::size_t number = 0;  // from 1, comments and empty lines counted
    std::string_view first;
    std::string_view second;
};

std::vector<TextLine> content_lines(std::string_view file_text);

// field_invalid whose detail names the line and what was expected there.
Error bad_line(const TextLine& line, std::string_view expected);

}  // namespace webpush
