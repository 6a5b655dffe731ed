// Tokens: what identifies a delivery or a subscription in public, unforgeable and self-contained.
// This header is the definition of their format; t/unit/token.cpp holds golden values.
//
//   octets  delivery token       click link           visitor cookie
//   1       version = 1          version = 2          version = 3
//   1       key id               key id               key id
//   8       run, big endian      run, big endian      -
//   16      subscription id      subscription id      subscription id
//   4       issued, big endian   issued, big endian   issued, big endian
//   1       -                    action length (<=32) -
//   n       -                    action               -
//   n       -                    target               -
//   16      MAC                  MAC                  MAC
//
// written as base64url. MAC = first 16 octets of HMAC-SHA256(link key, label || 0 || site || 0 ||
// everything before the MAC), with label "webpush-delivery", "webpush-click" or "webpush-visitor";
// so neither another site's nor another kind's token verifies. "issued" is unix time in seconds.
// A target on the site's own origin is stored as a path ("/..."), any other as an absolute
// https URL. No look-up is needed to verify or to follow one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "link_keys.h"
#include "octets.h"

namespace webpush {

struct DeliveryToken {
    std::int64_t run = 0;
    SubscriptionId subscription{};
    std::uint32_t issued = 0;
};

struct ClickLink {
    DeliveryToken delivery;
    std::string action;  // "" = the notification itself, else the button's name
    std::string target;  // "/path" or "https://..."
};

struct VisitorCookie {
    SubscriptionId subscription{};
    std::uint32_t issued = 0;
};

// Signed with keys.signing(). REQUIRES: action and target within the lengths below.
std::string sign(const DeliveryToken& token, std::string_view site, const LinkKeys& keys);
std::string sign(const ClickLink& link, std::string_view site, const LinkKeys& keys);
std::string sign(const VisitorCookie& cookie, std::string_view site, const LinkKeys& keys);

// nullopt when malformed, truncated, of another kind, another site or an unknown key: an outsider
// learns nothing from the difference. Age is the caller's business. Comparison is constant-time.
std::optional<DeliveryToken> verify_delivery(std::string_view text, std::string_view site,
                                             const LinkKeys& keys);
std::optional<ClickLink> verify_click(std::string_view text, std::string_view site,
                                      const LinkKeys& keys);
std::optional<VisitorCookie> verify_visitor(std::string_view text, std::string_view site,
                                            const LinkKeys& keys);

// The id of the key that a token says it was signed with, verified or not; nullopt when malformed. For
// whoever looks for what is wrong.
std::optional<std::uint8_t> claimed_key(std::string_view text);

inline constexpr std::size_t max_action_length = 32;
inline constexpr std::size_t max_target_length = 1024;

}  // namespace webpush
