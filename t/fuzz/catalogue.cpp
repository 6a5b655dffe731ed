// The catalogue of runs. What is read is written as what is read again.
#include "webpush/catalogue.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const auto runs = webpush::parse_catalogue(reader, input(data, size));
    if (!runs) {
        require(runs.error().detail.starts_with("line "));
        return 0;
    }
    const std::string file = webpush::catalogue_file(*runs);
    const auto again = webpush::parse_catalogue(reader, file);
    require(again.ok() && again->size() == runs->size());
    require(webpush::catalogue_file(*again) == file);
    return 0;
}
