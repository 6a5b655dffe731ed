// Lines of the logs, torn and foreign ones included. What is read and written again is a fixed point.
#include "fuzz.h"
#include "webpush/log_record.h"

namespace {

std::string line_of(const webpush::LogRecord& record) {
    std::string line;
    std::visit([&](const auto& one) { webpush::append_line(line, one); }, record);
    return line;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto record = webpush::parse_line(reader, input(data, size));
    if (!record) { return 0; }
    const std::string line = line_of(*record);
    const auto again = webpush::parse_line(reader, line);
    require(again.ok() && line_of(*again) == line);
    return 0;
}
