#include "table.h"

#include <algorithm>
#include <utility>

namespace webpush_cli {
namespace {

constexpr std::string_view gap = "  ";

void trim_end(std::string& line) {
    while (line.ends_with(' ')) { line.pop_back(); }
}

}  // namespace

Table::Table(std::vector<std::string> titles) : titles_(std::move(titles)) {
    for (std::string& title : titles_) {
        const bool right = title.starts_with('>');
        if (right) { title.erase(0, 1); }
        right_.push_back(right);
    }
}

void Table::add(std::vector<std::string> cells) {
    for (std::string& cell : cells) { cell = printable(cell); }
    rows_.push_back(std::move(cells));
}

std::string Table::text(const Terminal& terminal) const {
    std::vector<int> widths;
    for (std::size_t column = 0; column < titles_.size(); ++column) {
        int width = display_width(titles_[column]);
        for (const auto& row : rows_) { width = std::max(width, display_width(row[column])); }
        widths.push_back(width);
    }
    const std::string head = line(titles_, widths);
    std::string text = head.empty() ? "" : terminal.bold(head) + "\n";
    for (const auto& row : rows_) { text += line(row, widths) + "\n"; }
    return text;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<int>& widths) const {
    std::string line;
    for (std::size_t column = 0; column < cells.size(); ++column) {
        if (column > 0) { line += gap; }
        const int missing = std::max(0, widths[column] - display_width(cells[column]));
        const std::string space(static_cast<std::size_t>(missing), ' ');
        line += right_[column] ? space + cells[column] : cells[column] + space;
    }
    trim_end(line);
    return line;
}

}  // namespace webpush_cli
