// The daemon's report of a run, for people and for spreadsheets: whatever the answer says, every line
// of the latter has four fields.
#include "run_report.h"

#include <cmath>

#include "answer.h"
#include "fuzz.h"

namespace {

// Steps over one field; false when a line ends with it.
bool step_over_field(std::string_view& csv) {
    if (csv.starts_with('"')) {
        csv.remove_prefix(1);
        for (std::size_t quote; (quote = csv.find('"')) != csv.npos;) {
            csv.remove_prefix(quote + 1);
            if (!csv.starts_with('"')) { break; }
            csv.remove_prefix(1);
        }
    } else {
        csv.remove_prefix(std::min(csv.find_first_of(",\r\n"), csv.size()));
    }
    if (csv.starts_with(',')) {
        csv.remove_prefix(1);
        return true;
    }
    require(csv.starts_with("\r\n"));
    csv.remove_prefix(2);
    return false;
}

void has_four_columns(std::string_view csv) {
    require(csv.starts_with("figure,detail,time,value\r\n"));
    while (!csv.empty()) {
        int fields = 1;
        while (step_over_field(csv)) {
            ++fields;
        }
        require(fields == 4);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto report = reader.parse(input(data, size));
    if (!report) { return 0; }
    const std::string text = webpush_cli::run_report_text({}, *report);
    for (const char c : text) {
        require(c == '\n' || (c & 0xe0) != 0);
    }
    has_four_columns(webpush_cli::run_report_csv(*report));
    return 0;
}
