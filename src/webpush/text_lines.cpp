#include "text_lines.h"

#include <algorithm>

namespace webpush {

std::vector<TextLine> content_lines(std::string_view file_text) {
    std::vector<TextLine> lines;
    for (std::size_t number = 1; !file_text.empty(); ++number) {
        const std::size_t end = std::min(file_text.find('\n'), file_text.size());
        const std::string_view line = file_text.substr(0, end);
        file_text.remove_prefix(std::min(end + 1, file_text.size()));
        if (line.empty() || line.front() == '#') { continue; }

        const std::size_t space = std::min(line.find(' '), line.size());
        lines.push_back(
            {number, line.substr(0, space), line.substr(std::min(space + 1, line.size()))});
    }
    return lines;
}

Error bad_line(const TextLine& line, std::string_view expected) {
    return {Problem::field_invalid, "",
            "line " + std::to_string(line.number) + ": " + std::string(expected)};
}

}  // namespace webpush
