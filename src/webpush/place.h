// Where a browser was, roughly. It comes from nginx's variables, filled by a geo module or by a
// header of whatever stands in front: what makes no sense is as good as nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace webpush {

// All may be empty.
struct Place {
    std::string country;   // ISO 3166-1 alpha-2
    std::string region;    // ISO 3166-2 or a name
    std::string city;
    std::string position;  // "<latitude>,<longitude>", rounded to a tenth of a degree
};

inline constexpr std::size_t max_place_name = 100;  // octets; cities have up to 85 characters

// The code in upper case. "" for what is not two letters, or says that nobody knows (XX, ZZ).
std::string country_code(std::string_view text);

// A region or city: the text itself; "" when it is too long, has control characters or is not UTF-8.
std::string place_name(std::string_view text);

// "52.5200,13.4050" -> "52.5,13.4": some ten kilometres, enough to know the weather and too little
// to know the house. "" for what is no position, and for 0,0 in the Gulf of Guinea, which is what
// a missing one becomes on many ways.
std::string rounded_position(std::string_view text);

}  // namespace webpush
