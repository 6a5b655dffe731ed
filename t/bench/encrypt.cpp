// Bare message encryption, timed: encrypt NOTIFICATION SECONDS
//
// NOTIFICATION is what a message's content is in the database (webpush/notification_json.h). It is
// rendered once; then its payload is encrypted for 64 browsers in turn, as a sender thread does it,
// for SECONDS of processor time after a tenth of that as a warm-up. Prints
//
//   octets <of the payload> messages <encrypted> cpu_ns <user and system, of this process>

#include <array>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>

#include "webpush/encryption.h"
#include "webpush/hmac.h"
#include "webpush/json_in.h"
#include "webpush/notification_json.h"
#include "webpush/payload.h"

namespace {

constexpr int messages_between_looks = 64;  // at the clock

struct Browser {
    webpush::KeyPair keys = webpush::generate_key_pair();
    webpush::Octets<16> auth{};

    Browser() { webpush::random_bytes(auth.data(), auth.size()); }
};

struct Timed {
    std::int64_t messages = 0;
    std::int64_t cpu_ns = 0;
};

std::int64_t cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string payload_of(std::string_view notification_json) {
    webpush::JsonReader reader;
    const auto json = reader.parse(notification_json);
    if (!json) { return {}; }
    const auto notification = webpush::read_notification(*json);
    if (!notification) { return {}; }
    webpush::PayloadContext context;
    context.site = "default";
    context.origin = "https://shop.example";
    context.push_path = "/push/";
    context.tag = "run-1";
    context.run = 1;
    const auto keys = webpush::LinkKeys::parse(webpush::new_link_key_file());
    const auto payload = webpush::render_payload(*notification, context, *keys);
    return payload ? payload->json : std::string();
}

Timed encrypt_for(double seconds, std::string_view payload) {
    const std::array<Browser, 64> browsers;
    webpush::MessageEncryptor encryptor;
    const auto until = static_cast<std::int64_t>(seconds * 1e9) + cpu_ns();
    const std::int64_t begin = cpu_ns();
    Timed timed;
    while (cpu_ns() < until) {
        for (int i = 0; i < messages_between_looks; ++i, ++timed.messages) {
            const Browser& browser = browsers[static_cast<std::size_t>(timed.messages) % 64];
            const auto body = encryptor.encrypt(payload, webpush::view(browser.keys.public_key),
                                                webpush::view(browser.auth));
            if (!body) { std::abort(); }
        }
    }
    timed.cpu_ns = cpu_ns() - begin;
    return timed;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string payload = argc == 3 ? payload_of(argv[1]) : std::string();
    const double seconds = argc == 3 ? std::atof(argv[2]) : 0;
    if (payload.empty() || seconds <= 0) {
        std::cerr << "usage: encrypt NOTIFICATION SECONDS\n";
        return 2;
    }
    encrypt_for(seconds / 10, payload);
    const Timed timed = encrypt_for(seconds, payload);
    std::cout << "octets " << payload.size() << " messages " << timed.messages << " cpu_ns "
              << timed.cpu_ns << '\n';
    return 0;
}
