// Platform class of a browser, from its User-Agent: decides payload limits, whether it can report
// what it showed, and what a report is broken down by. The endpoint alone cannot tell Firefox on
// Android, which takes less payload.
#pragma once

#include <string_view>

namespace webpush {

enum class Platform {
    unknown,
    chrome_desktop,
    chrome_android,
    edge,
    samsung,
    opera,
    firefox_desktop,
    firefox_android,
    safari_macos,
    safari_ios,
};

Platform platform_from_user_agent(std::string_view user_agent);

// "chrome-desktop" ...; names are stored and never change.
std::string_view name(Platform platform);
Platform platform_from_name(std::string_view name);

// Largest plaintext in octets that the way to this platform takes.
std::size_t max_plaintext_for(Platform platform);

// Safari sends no receipts: it cost others their subscriptions.
bool reports_shown(Platform platform);

}  // namespace webpush
