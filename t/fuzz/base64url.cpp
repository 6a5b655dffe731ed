// Keys and tokens: every octet string has exactly one accepted spelling.
#include "webpush/base64url.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const auto strict = webpush::base64url_decode(text);
    const auto lenient = webpush::base64_decode_lenient(text);
    if (strict) {
        require(webpush::base64url(*strict) == text);
        require(lenient == strict);
    }
    require(webpush::base64url_decode(webpush::base64url(text)) == text);
    return 0;
}
