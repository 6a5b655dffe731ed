// Rows of text in aligned columns.
#pragma once

#include <string>
#include <vector>

#include "terminal.h"

namespace webpush_cli {

class Table {
public:
    // Column titles; one that starts with '>' is set flush right (without the '>'). All titles
    // empty: no head line.
    explicit Table(std::vector<std::string> titles);

    // As many cells as titles.
    void add(std::vector<std::string> cells);

    bool empty() const { return rows_.empty(); }

    // Every line with its newline, no spaces at the end.
    std::string text(const Terminal& terminal) const;

private:
    std::string line(const std::vector<std::string>& cells, const std::vector<int>& widths) const;

    std::vector<std::string> titles_;
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace webpush_cli
