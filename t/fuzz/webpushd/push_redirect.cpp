// HOST=ADDRESS:PORT of --push-redirect. What is read has this one spelling.
#include "push_redirect.h"

#include "fuzz.h"

namespace {

std::string written(const webpushd::Redirect& redirect) {
    const bool is_ipv6 = redirect.address.find(':') != std::string::npos;
    const std::string address = is_ipv6 ? "[" + redirect.address + "]" : redirect.address;
    return redirect.host + "=" + address + ":" + std::to_string(redirect.port);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = input(data, size);
    const auto redirect = webpushd::parse_redirect(text);
    if (!redirect) { return 0; }
    require(!redirect->host.empty() && redirect->port >= 1 && redirect->port <= 65535);
    require(redirect->address.find('\0') == std::string::npos);
    require(written(*redirect) == text);
    return 0;
}
