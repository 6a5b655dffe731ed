#include "webpush/catalogue.h"

#include "files.h"

using namespace webpush;

namespace {

std::string refusal(const std::string& file) {
    JsonReader reader;
    const auto runs = parse_catalogue(reader, file);
    return runs.ok() ? "taken" : runs.error().detail;
}

}  // namespace

int main() {
    const std::string file =
        catalogue_file({{12, "default", 3, "\"Lantern\" week – 20 %", "2026-11-22T21:15:14Z"},
                        {13, "shop", 0, "", "2026-11-23T08:00:00Z"}});
    is_golden(file, "catalogue.jsonl");

    tap::subtest("read again", [&] {
        JsonReader reader;
        const auto runs = parse_catalogue(reader, file);
        if (!tap::ok(runs.ok() && runs->size() == 2, "both runs")) { return; }
        tap::is(catalogue_file(*runs), file, "the same again");
    });
    tap::subtest("refused, naming the line", [&] {
        const std::string head = "{\"v\":1,\"catalogue\":\"runs\"}\n";
        tap::is(refusal(head), "taken", "no run yet");
        tap::is(refusal("{}\n"), "line 1: A required member is missing.", "another file");
        tap::is(refusal("{\"v\":2,\"catalogue\":\"runs\"}\n"),
                "line 1: A member has a value that cannot be.", "another version");
        tap::is(refusal(head + "{\"run\":1}\n"), "line 2: A required member is missing.", "no site");
        tap::is(refusal(head + "{\"run\":"), "line 2: The body is not one JSON object in UTF-8.",
                "torn");
    });
    return tap::done_testing();
}
