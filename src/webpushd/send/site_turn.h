// Whose turn it is: sites get their work done in turns of so many recipients, so that a small site
// does not wait for a large one. Each thread has turns of its own.
#pragma once

#include <cstddef>
#include <vector>

namespace webpushd {

class SiteTurn {
public:
    // A turn ends once this many recipients were taken.
    explicit SiteTurn(std::size_t recipients) : recipients_(recipients) {}

    // The sites (ascending) in the order in which they are to be served: first the one whose turn it is.
    std::vector<int> order(const std::vector<int>& sites) const;

    // Work for so many recipients of this site was taken.
    void took(int site, std::size_t recipients);

private:
    std::size_t recipients_;
    int site_ = 0;           // whose turn it is, or the next one's after it
    std::size_t taken_ = 0;  // in this turn
};

}  // namespace webpushd
