// store/array_text.h: array literals as PostgreSQL reads them.
#include "store/array_text.h"

#include "tap.h"

int main() {
    webpushd::ArrayText array;
    tap::is(array.take(), "{}", "empty");
    array.add(std::int64_t{-7});
    array.add(std::int64_t{9223372036854775807});
    tap::is(array.take(), "{-7,9223372036854775807}", "numbers");
    array.add("");
    array.add("a,b}");
    array.add("\"\\");
    tap::is(array.take(), R"({"","a,b}","\"\\"})", "texts are quoted and escaped");
    webpush::SubscriptionId id{};
    id[0] = 0xab;
    id[15] = 0x01;
    array.add(id);
    tap::is(array.take(), "{ab000000-0000-0000-0000-000000000001}", "ids as uuid");
    tap::is(array.take(), "{}", "taken is gone");
    return tap::done_testing();
}
