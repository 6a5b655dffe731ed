#include "webpush/place.h"

#include "tap.h"

using namespace webpush;

int main() {
    tap::is(country_code("DE"), "DE", "a country");
    tap::is(country_code("de"), "DE", "in lower case");
    for (const std::string text : {"", "D", "DEU", "D1", "T1", "XX", "xx", "ZZ", "\xc3\xa9"}) {
        tap::is(country_code(text), "", "no country: " + text);
    }

    tap::is(place_name("M\xc3\xbcnchen"), "M\xc3\xbcnchen", "a city");
    const std::string longest(max_place_name, 'a');
    tap::is(place_name(longest), longest, "the longest name");
    for (const std::string& text :
         {longest + 'a', std::string("a\nb"), std::string("\x7f"), std::string("M\xfcnchen"),
          std::string("M\xc3"), std::string("a\0", 2)}) {
        tap::is(place_name(text), "", "no name");
    }

    tap::is(rounded_position("52.5200,13.4050"), "52.5,13.4", "a position");
    tap::is(rounded_position("-33.8688, 151.2593"), "-33.9,151.3", "in the south, with a space");
    tap::is(rounded_position("-0.04,-0.06"), "0.0,-0.1", "no minus before zero");
    tap::is(rounded_position("90,-180"), "90.0,-180.0", "the farthest");
    tap::is(rounded_position("9,0"), "9.0,0.0", "on the prime meridian");
    for (const std::string text :
         {"", ",", "52.5", "52.5,", ",13.4", "91,0", "0,180.1", "0,0", "0.0000,0.0000", "nan,nan",
          "inf,1", "1e1,1", "a,b", "52.5,13.4,1", "52.5;13.4", "+1,1", "0x1,1", "1\n,1"}) {
        tap::is(rounded_position(text), "", "no position: " + text);
    }
    return tap::done_testing();
}
