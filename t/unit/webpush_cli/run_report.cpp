// run_report.h with figures that no run has; with real ones it is shown in t/72-report.t.
#include "run_report.h"

#include "tap.h"

namespace {

std::string text_of(const char* json) {
    webpush::JsonReader reader;
    return webpush_cli::run_report_text({}, *reader.parse(json));
}

}  // namespace

int main() {
    const std::string text = text_of(
        R"({"id":1,"over_time":{"slots":[{"at":"now","accepted":9223372036854775807,"shown":1},
            {"at":"then","accepted":-1,"closed":1},{"at":"never"}]}})");
    tap::ok(text.find("9,223,372,036,854,775,807") != text.npos, "the largest number");
    tap::ok(text.find("then") != text.npos, "figures that add up to nothing are figures");
    tap::ok(text.find("never") == text.npos, "a slot without any is left out");
    tap::ok(text_of(R"({"shown_rate":1e308,"click_rate":-7})").find("shown") != std::string::npos,
            "shares that are none");
    return tap::done_testing();
}
