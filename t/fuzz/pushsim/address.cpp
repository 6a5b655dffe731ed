// Addresses on the simulator's command line.
#include "address.h"

#include <netinet/in.h>

#include <stdexcept>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(input(data, size));
    try {
        const sockaddr_storage address = pushsim::parse_address(text);
        require(address.ss_family == (text.front() == '[' ? AF_INET6 : AF_INET));
    } catch (const std::runtime_error&) {}  // none
    try {
        const std::string authority = pushsim::authority_of(text);
        require(text.starts_with("http://" + authority));
    } catch (const std::runtime_error&) {}  // no URL
    return 0;
}
