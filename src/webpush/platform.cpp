#include "platform.h"

#include <algorithm>
#include <array>

#include "encryption.h"

namespace webpush {
namespace {

struct PlatformName {
    Platform platform;
    std::string_view name;
};

constexpr std::array<PlatformName, 10> names{{
    {Platform::unknown, "unknown"},
    {Platform::chrome_desktop, "chrome-desktop"},
    {Platform::chrome_android, "chrome-android"},
    {Platform::edge, "edge"},
    {Platform::samsung, "samsung"},
    {Platform::opera, "opera"},
    {Platform::firefox_desktop, "firefox-desktop"},
    {Platform::firefox_android, "firefox-android"},
    {Platform::safari_macos, "safari-macos"},
    {Platform::safari_ios, "safari-ios"},
}};

// Mozilla hands messages for Android on through FCM inside a JSON text of at most 4096 octets;
// its documentation promises this much, and a little more may pass.
constexpr std::size_t max_plaintext_firefox_android = 2744;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

// Browsers name their ancestors too ("Chrome/... Safari/... Edg/..."), so the most special first.
Platform platform_from_user_agent(std::string_view user_agent) {
    const auto says = [user_agent](std::string_view part) { return has(user_agent, part); };
    const bool android = says("Android");
    if (says("iPhone") || says("iPad") || says("iPod")) {
        return Platform::safari_ios;  // whatever its name, every browser there is WebKit
    }
    if (says("Edg/") || says("EdgA/")) { return Platform::edge; }
    if (says("SamsungBrowser/")) { return Platform::samsung; }
    if (says("OPR/")) { return Platform::opera; }
    if (says("Firefox/")) {
        return android ? Platform::firefox_android : Platform::firefox_desktop;
    }
    if (says("Chrome/") || says("Chromium/")) {
        return android ? Platform::chrome_android : Platform::chrome_desktop;
    }
    if (says("Safari/") && says("Macintosh")) { return Platform::safari_macos; }
    return Platform::unknown;
}

std::string_view name(Platform platform) { return names[static_cast<std::size_t>(platform)].name; }

Platform platform_from_name(std::string_view name) {
    const auto* found = std::find_if(names.begin(), names.end(), [name](const PlatformName& entry) {
        return entry.name == name;
    });
    return found == names.end() ? Platform::unknown : found->platform;
}

std::size_t max_plaintext_for(Platform platform) {
    // An unknown browser may be Firefox on Android.
    const bool narrow = platform == Platform::firefox_android || platform == Platform::unknown;
    return narrow ? max_plaintext_firefox_android : max_plaintext;
}

bool reports_shown(Platform platform) {
    return platform != Platform::safari_macos && platform != Platform::safari_ios;
}

}  // namespace webpush
