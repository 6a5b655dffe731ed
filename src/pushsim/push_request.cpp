#include "push_request.h"

#include <algorithm>

namespace pushsim {

std::string_view PushRequest::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [name](const auto& header) { return header.first == name; });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t PushRequest::header_count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(headers.begin(), headers.end(),
                      [name](const auto& header) { return header.first == name; }));
}

}  // namespace pushsim
