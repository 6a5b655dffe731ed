#include "webpush/visit_value.h"

#include <string>

#include "tap.h"

using namespace webpush;

int main() {
    for (const std::string text : {"", "sport", "a/b c",
                                   "d\xc3\xa9"
                                   "cor",
                                   "ball-5%20"}) {
        tap::is(visit_text(text), text, "a text: " + text);
    }
    const std::string longest(max_visit_text, 'a');
    tap::is(visit_text(longest), longest, "the longest text");
    tap::is(visit_text(longest + 'a'), "", "a longer one");
    for (const std::string text : {"a\nb", "\x01", "a\x7f", "\t"}) {
        tap::is(visit_text(text), "", "a control character");
    }
    tap::is(visit_text(std::string("a\0b", 3)), "", "a zero octet");

    for (const std::string text : {"0", "9.90", "19", "0.000001", "123456789012.5", "007"}) {
        tap::is(visit_amount(text), text, "an amount: " + text);
    }
    for (const std::string text :
         {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,50", "1 000", "1.2.3", "9.90 EUR", "NaN",
          "0x10", "1234567890123", "1.1234567", "\n1"}) {
        tap::is(visit_amount(text), "", "no amount: " + text);
    }
    return tap::done_testing();
}
