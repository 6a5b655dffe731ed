// A request to a simulated push service: lines of headers, an empty one, the body. A body that is
// accepted has all that a receiver needs.
#include "fuzz.h"
#include "request_check.h"
#include "webpush/encryption.h"

namespace {

pushsim::PushRequest request_from(std::string_view text) {
    pushsim::PushRequest request{"POST", "web.push.apple.com", "/x", {}, {}, 0};
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.empty()) { break; }
        const std::size_t colon = std::min(line.find(':'), line.size());
        request.headers.emplace_back(line.substr(0, colon),
                                     line.substr(std::min(colon + 1, line.size())));
    }
    request.body = text.substr(0, pushsim::max_kept);
    request.body_size = text.size();
    return request;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const pushsim::PushRequest request = request_from(input(data, size));
    const pushsim::Browser browser;
    const webpush::PublicKey signing_key{};
    using pushsim::Service;
    for (const Service service :
         {Service::mozilla, Service::google, Service::apple, Service::windows}) {
        const auto fault = pushsim::check_headers(request, service);
        require(!fault || !pushsim::name(*fault).empty());
        if (!fault) { require(request.header_count("ttl") == 1); }
        if (!pushsim::check_body(request, service, browser, signing_key) && !request.body.empty()) {
            require(request.body.size() >= webpush::encryption_overhead);
            require(webpush::is_valid_public_key(std::string_view(request.body).substr(21, 65)));
        }
    }
    return 0;
}
