#include "visitors.h"

#include <algorithm>
#include <array>

namespace pushsim {
namespace {

using webpush::Platform;

constexpr std::array<BrowserClass, 9> classes{{
    {Platform::chrome_android, Service::google, 0.34,
     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/138.0.0.0 Mobile Safari/537.36"},
    {Platform::chrome_desktop, Service::google, 0.25,
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/138.0.0.0 Safari/537.36"},
    {Platform::firefox_desktop, Service::mozilla, 0.10,
     "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
    {Platform::edge, Service::windows, 0.08,
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"},
    {Platform::samsung, Service::google, 0.08,
     "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
     "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"},
    {Platform::safari_macos, Service::apple, 0.05,
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/18.5 Safari/605.1.15"},
    {Platform::safari_ios, Service::apple, 0.05,
     "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
     "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"},
    {Platform::firefox_android, Service::mozilla, 0.03,
     "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"},
    {Platform::opera, Service::google, 0.02,
     "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
     "Chrome/137.0.0.0 Safari/537.36 OPR/121.0.0.0"},
}};

constexpr std::array<Region, 8> regions{{
    {"Europe/Berlin", "de-DE", 0.40},
    {"Europe/Vienna", "de-AT", 0.12},
    {"Europe/London", "en-GB", 0.14},
    {"Europe/Paris", "fr-FR", 0.12},
    {"Europe/Madrid", "es-ES", 0.08},
    {"America/New_York", "en-US", 0.08},
    {"Asia/Tokyo", "ja-JP", 0.03},
    {"Australia/Sydney", "en-AU", 0.03},
}};

template <typename List>
const auto& at_share(const List& list, double roll) {
    for (const auto& entry : list) {
        if (roll < entry.share) { return entry; }
        roll -= entry.share;
    }
    return list.back();  // what rounding left over
}

}  // namespace

const BrowserClass& class_at(double roll) { return at_share(classes, roll); }

const Region& region_at(double roll) { return at_share(regions, roll); }

const BrowserClass& class_of(Platform platform) {
    return *std::find_if(classes.begin(), classes.end(), [platform](const BrowserClass& entry) {
        return entry.platform == platform;
    });
}

}  // namespace pushsim
