// What a push service answers: its status line is a number by now, the rest is text from outside.
#include "fuzz.h"
#include "webpush/verdict.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    for (const int status : {200, 201, 400, 401, 403, 404, 410, 413, 429, 500}) {
        const webpush::PushAnswer answer{status, text, text, text, text};
        require(!webpush::name(webpush::judge(answer)).empty());
    }
    const auto seconds = webpush::retry_after_seconds(text, 1700000000);
    require(!seconds || (*seconds >= 0 && *seconds <= 86400));
    return 0;
}
