// What a visit may say (VisitRecord in log_record.h). It comes from nginx's variables and so, in the
// end, often from the visitor: what is not fit for a record is as good as nothing.
#pragma once

#include <cstddef>
#include <string_view>

namespace webpush {

inline constexpr std::size_t max_visit_text = 64;  // octets, as tags (properties.h)

// A section or product: the text itself, or "" when it is too long or has control characters.
std::string_view visit_text(std::string_view text);

// An amount of money: the text itself when it is a decimal number, up to 12 digits, a point and up
// to 6 digits where it is no whole one ("9.90"); otherwise "". Signs, exponents, separators of
// thousands and currencies are no part of it.
std::string_view visit_amount(std::string_view text);

}  // namespace webpush
