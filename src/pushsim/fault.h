// Why a push service refuses, and in which words each of them says so.
#pragma once

#include "push_request.h"
#include "service.h"

namespace pushsim {

enum class Fault {
    method,          // not POST
    ttl,             // missing or not a number (RFC 8030 section 5.2)
    wns_ttl,         // TTL 0 without a cache policy that fits
    urgency,         // not one of the four values (section 5.3)
    topic,           // not 1 to 32 characters base64url (section 5.4)
    legacy_headers,  // Crypto-Key or Encryption beside aes128gcm
    coding,          // not aes128gcm, or its header is wrong (RFC 8291 section 4)
    key_reuse,       // signing key used for encryption (RFC 8292 section 3.2)
    too_big,
    vapid_missing,
    vapid_invalid,  // form or signature
    vapid_audience,
    vapid_expiry,
    vapid_contact,
    vapid_key,  // not the one that the subscription was made with
    unknown,    // no such subscription
    // Never found in a request, only played by a rule:
    gone,
    throttled,
    unavailable,
};

// Short and stable, for the log of posts.
std::string_view name(Fault fault);

// The service's refusal, its body and headers included.
PushAnswer refusal(Service service, Fault fault);

// The same where a rule gives only a status: in the words of the fault that has it, if there is
// one.
PushAnswer played_answer(Service service, int status);

}  // namespace pushsim
