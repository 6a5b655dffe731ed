// Reports of event logs alone. The order of lines, and lines that come twice, change no figure but how
// many were read; every output is well-formed.
#include <vector>

#include "fuzz.h"
#include "log_report_output.h"
#include "webpush/json_in.h"

namespace {

using webpush_cli::LogFigures;

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        lines.push_back(take_line(text));
    }
    return lines;
}

std::int64_t figure(const webpush::JsonObject& json, std::string_view name) {
    const auto number = json.integer(name);
    require(number.ok() && *number >= 0);
    return *number;
}

void is_whole(const LogFigures& figures) {
    static webpush::JsonReader reader;
    const std::string text = webpush_cli::log_report_json(figures, {});
    const auto json = reader.parse(text);
    require(json.ok() && figure(*json, "lines") == figures.lines());
    require(figure(*json, "unreadable") <= figures.lines());
    const auto days = json->objects_or_none("days");
    require(days.ok());
    std::int64_t visits = 0;
    for (const auto& day : *days) {
        visits += figure(day, "visits");
    }
    require(visits == figure(*json, "visits"));
    require(!webpush_cli::log_report_text({}, figures, {}).empty());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto lines = lines_of(input(data, size));
    LogFigures once;
    once.begin_file();
    for (const std::string_view line : lines) {
        once.take(line);
    }
    is_whole(once);

    LogFigures twice;
    for (int times = 0; times < 2; ++times) {
        twice.begin_file();
        for (const std::string_view line : lines) {
            twice.take(line);
        }
    }
    require(webpush_cli::log_report_csv(twice, {}) == webpush_cli::log_report_csv(once, {}));
    return 0;
}
