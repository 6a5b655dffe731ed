// Verification of who sends (RFC 8292), as push services do it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "fault.h"
#include "service.h"
#include "webpush/json_in.h"
#include "webpush/p256.h"

namespace pushsim {

class VapidCheck {
public:
    // What is wrong with the Authorization header of a request to `service` at `host`, whose
    // subscription was made with `bound_key`; nullopt when nothing is. `now` in unix seconds.
    std::optional<Fault> check(std::string_view authorization, Service service,
                               std::string_view host, const webpush::PublicKey& bound_key,
                               std::int64_t now);

    // The key that the last good header named.
    const webpush::PublicKey& key() const { return key_; }

private:
    struct Token {
        webpush::PublicKey key{};
        std::string audience;
        std::string contact;
        std::int64_t expires = 0;
    };

    const Token* verified(std::string_view authorization);
    std::optional<Token> verify(std::string_view authorization);

    webpush::JsonReader reader_;
    // Application servers use a token for hours (RFC 8292 section 2), and to verify a signature
    // costs more than all the rest: verified headers by their text.
    std::unordered_map<std::string, Token> known_;
    webpush::PublicKey key_{};
};

}  // namespace pushsim
