// The value of --push-redirect.
#include "push_redirect.h"

#include "tap.h"

using webpushd::parse_redirect;

namespace {

void takes(std::string_view text, std::string_view host, std::string_view address, int port) {
    const auto redirect = parse_redirect(text);
    if (!tap::ok(redirect.has_value(), std::string(text) + " is taken")) { return; }
    tap::is(redirect->host, host, "its host");
    tap::is(redirect->address, address, "its address");
    tap::is(redirect->port, port, "its port");
}

}  // namespace

int main() {
    takes("fcm.googleapis.com=127.0.0.1:8443", "fcm.googleapis.com", "127.0.0.1", 8443);
    takes("*=[::1]:65535", "*", "::1", 65535);
    for (const char* text : {"", "host", "host=127.0.0.1", "=127.0.0.1:1", "host=:1", "host=name:1",
                             "host=127.0.0.1:", "host=127.0.0.1:0", "host=127.0.0.1:65536",
                             "host=127.0.0.1:1x", "host=127.0.0.1:-1", "a:1=127.0.0.1", "host=[::1:1", "host=::1:1",
                             "host=[127.0.0.1]:1", "host=127.0.0.1:01"}) {
        tap::ok(!parse_redirect(text), std::string("refused: \"") + text + "\"");
    }
    tap::ok(!parse_redirect(std::string_view("host=127.0.0.1\0x:1", 18)), "refused: a zero octet");
    return tap::done_testing();
}
