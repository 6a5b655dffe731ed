// The edge's key files; a replaced or torn one is refused, never half read.
#include "fuzz.h"
#include "webpush/edge_files.h"
#include "webpush/link_keys.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const auto link = webpush::LinkKeys::parse(text);
    require(!link || link->find(link->signing().id) == &link->signing());

    const auto vapid = webpush::parse_vapid_keys(text);
    if (vapid) {
        const auto again = webpush::parse_vapid_keys(webpush::vapid_keys_file(*vapid));
        require(again.ok() && again->size() == vapid->size());
    }
    return 0;
}
