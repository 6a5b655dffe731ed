#include "request_check.h"

#include <algorithm>
#include <array>

#include "webpush/encryption.h"

namespace pushsim {
namespace {

constexpr std::size_t max_topic = 32;
constexpr std::size_t coding_header = 86;  // salt 16, record size 4, key id length 1, key 65
constexpr std::size_t smallest_record = 18;
constexpr std::size_t windows_limit = 5000;
// autopush hands a message for Android on inside a JSON text of 4096 octets, in base64.
constexpr std::size_t firefox_android_limit = 3013;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_base64url(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

bool all(std::string_view text, bool (*test)(char)) {
    return std::all_of(text.begin(), text.end(), test);
}

std::optional<Fault> check_ttl(const PushRequest& request, Service service) {
    const std::string_view ttl = request.header("ttl");
    if (request.header_count("ttl") != 1 || ttl.empty() || !all(ttl, is_digit)) {
        return Fault::ttl;
    }
    const bool is_zero = ttl.find_first_not_of('0') == ttl.npos;
    const std::string_view policy = request.header("x-wns-cache-policy");
    const std::string_view needed = is_zero ? "no-cache" : "cache";
    const bool conflict = is_zero ? policy != needed : !policy.empty() && policy != needed;
    if (service == Service::windows && conflict) { return Fault::wns_ttl; }
    return std::nullopt;
}

bool good_urgency(const PushRequest& request) {
    constexpr std::array<std::string_view, 4> values{"very-low", "low", "normal", "high"};
    const std::size_t count = request.header_count("urgency");
    return count == 0 || (count == 1 && std::find(values.begin(), values.end(),
                                                  request.header("urgency")) != values.end());
}

bool good_topic(const PushRequest& request, Service service) {
    const std::size_t count = request.header_count("topic");
    const std::string_view topic = request.header("topic");
    if (count == 0) { return true; }
    const bool form =
        count == 1 && !topic.empty() && topic.size() <= max_topic && all(topic, is_base64url);
    // Apple decodes it; base64 cannot have this length.
    const bool decodable = topic.size() % 4 != 1;
    return form && (service != Service::apple || decodable);
}

std::size_t limit_of(Service service, const Browser& browser) {
    if (browser.platform == webpush::Platform::firefox_android) { return firefox_android_limit; }
    return service == Service::windows ? windows_limit : webpush::max_body;
}

std::uint32_t record_size(std::string_view body) {
    std::uint32_t size = 0;
    for (const char c : body.substr(16, 4)) {
        size = size << 8 | static_cast<unsigned char>(c);
    }
    return size;
}

}  // namespace

std::optional<Fault> check_headers(const PushRequest& request, Service service) {
    if (request.method != "POST") { return Fault::method; }
    if (const auto fault = check_ttl(request, service)) { return fault; }
    if (!good_urgency(request)) { return Fault::urgency; }
    if (!good_topic(request, service)) { return Fault::topic; }
    if (!request.header("crypto-key").empty() || !request.header("encryption").empty()) {
        return Fault::legacy_headers;
    }
    return std::nullopt;
}

std::optional<Fault> check_body(const PushRequest& request, Service service, const Browser& browser,
                                const webpush::PublicKey& signing_key) {
    const std::string_view body = request.body;
    if (request.body_size > limit_of(service, browser)) { return Fault::too_big; }
    if (body.empty()) { return std::nullopt; }  // a push without data
    if (request.header("content-encoding") != "aes128gcm") { return Fault::coding; }
    if (body.size() < webpush::encryption_overhead || body[20] != sizeof(webpush::PublicKey)) {
        return Fault::coding;
    }
    const std::uint32_t size = record_size(body);
    if (size < smallest_record || body.size() - coding_header > size) { return Fault::coding; }
    const std::string_view sender = body.substr(21, sizeof(webpush::PublicKey));
    if (!webpush::is_valid_public_key(sender)) { return Fault::coding; }
    if (sender == webpush::view(signing_key)) { return Fault::key_reuse; }
    return std::nullopt;
}

}  // namespace pushsim
