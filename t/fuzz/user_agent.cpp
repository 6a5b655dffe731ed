// User-Agent to platform class, and the class by its name.
#include "fuzz.h"
#include "webpush/encryption.h"
#include "webpush/platform.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const webpush::Platform platform = webpush::platform_from_user_agent(text);
    require(webpush::platform_from_name(webpush::name(platform)) == platform);
    require(webpush::max_plaintext_for(platform) <= webpush::max_plaintext);

    const webpush::Platform named = webpush::platform_from_name(text);
    require(named == webpush::Platform::unknown || webpush::name(named) == text);
    return 0;
}
