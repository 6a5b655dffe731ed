// What a push service must refuse, or really refuses, of a request's headers and body
// (RFC 8030 section 5, RFC 8291 section 4). Who signed it is VapidCheck's.
#pragma once

#include <optional>

#include "browser.h"
#include "fault.h"
#include "push_request.h"
#include "service.h"

namespace pushsim {

std::optional<Fault> check_headers(const PushRequest& request, Service service);

// `browser` decides how much fits; `signing_key` must not have been used to encrypt.
std::optional<Fault> check_body(const PushRequest& request, Service service, const Browser& browser,
                                const webpush::PublicKey& signing_key);

}  // namespace pushsim
