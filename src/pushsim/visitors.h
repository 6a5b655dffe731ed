// Who visits: classes of browsers and where they are, in shares that a European shop may have.
#pragma once

#include <string_view>

#include "service.h"
#include "webpush/platform.h"

namespace pushsim {

struct BrowserClass {
    webpush::Platform platform;
    Service service;  // where its subscriptions live
    double share;     // of all visitors; all shares together are 1
    std::string_view user_agent;
};

struct Region {
    std::string_view time_zone;  // IANA
    std::string_view language;   // BCP 47
    double share;
};

// `roll` is in [0, 1); the references never dangle.
const BrowserClass& class_at(double roll);
const Region& region_at(double roll);

// REQUIRES: a platform that is not unknown.
const BrowserClass& class_of(webpush::Platform platform);

}  // namespace pushsim
