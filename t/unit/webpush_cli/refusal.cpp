// refusal.h: a problem in words, also where the daemon's answer is odd.
#include "refusal.h"

#include "tap.h"

namespace {

std::string words(std::string_view problem, std::string_view sent) {
    return webpush_cli::refusal(problem, 422, sent).what();
}

}  // namespace

int main() {
    tap::is(words(R"({"code":"field_invalid","field":"a.b[1].c","detail":"too odd"})",
                  R"({"a":{"b":[{},{"c":"x y"}]}})"),
            R"(a.b[1].c "x y": too odd (field_invalid))", "the value as it was sent");
    tap::is(words("<html>", ""), "webpushd answered with status 422", "no problem at all");
    tap::is(words("{\"code\":\"x\",\"field\":\"\\u0000a\",\"detail\":\"b\\u001b[2J\"}", "{}"),
            "?a: b?[2J (x)", "control characters are shown as such");
    return tap::done_testing();
}
