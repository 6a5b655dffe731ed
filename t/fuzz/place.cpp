// Where a visitor is, as a geo module or a header says it. What is taken is taken again as it is.
#include "webpush/place.h"

#include "fuzz.h"
#include "webpush/json_out.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const std::string country = webpush::country_code(text);
    require(country.empty() || country.size() == 2);
    require(webpush::country_code(country) == country);

    const std::string name = webpush::place_name(text);
    require(name.empty() || (name == text && name.size() <= webpush::max_place_name));
    require(webpush::is_utf8(name) && name.find('\n') == name.npos);

    const std::string position = webpush::rounded_position(text);
    require(webpush::rounded_position(position) == position);
    require(position.size() <= std::string_view("-90.0,-180.0").size());
    return 0;
}
