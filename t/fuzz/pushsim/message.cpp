// Payloads as simulated browsers read them.
#include "message.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static webpush::JsonReader reader;
    const std::string_view text = input(data, size);
    const auto message = pushsim::read_message(reader, text);
    if (!message) { return 0; }
    require(message->link.size() + message->token.size() <= size);
    return 0;
}
