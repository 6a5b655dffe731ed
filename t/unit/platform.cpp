#include "webpush/platform.h"

#include "tap.h"
#include "webpush/encryption.h"

using namespace webpush;

int main() {
    tap::subtest("from the User-Agent", [] {
        const std::pair<const char*, const char*> cases[] = {
            {"chrome-desktop",
             "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
             "Chrome/140.0.0.0 Safari/537.36"},
            {"chrome-desktop",
             "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
             "HeadlessChrome/140.0.0.0 Safari/537.36"},
            {"chrome-android",
             "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like "
             "Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"},
            {"edge",
             "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
             "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"},
            {"samsung",
             "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
             "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"},
            {"opera",
             "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
             "Chrome/139.0.0.0 Safari/537.36 OPR/123.0.0.0"},
            {"firefox-desktop",
             "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
            {"firefox-android",
             "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"},
            {"safari-macos",
             "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
             "(KHTML, like Gecko) Version/18.4 Safari/605.1.15"},
            {"safari-ios",
             "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 "
             "(KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1"},
            {"safari-ios",
             "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 "
             "(KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1"},
            {"unknown", "curl/8.0"},
            {"unknown", ""},
        };
        for (const auto& [want, user_agent] : cases) {
            tap::is(name(platform_from_user_agent(user_agent)), want, user_agent);
        }
    });
    tap::subtest("names go both ways", [] {
        for (int i = 0; i <= static_cast<int>(Platform::safari_ios); ++i) {
            const auto platform = static_cast<Platform>(i);
            tap::is(platform_from_name(name(platform)), platform, name(platform));
        }
        tap::is(platform_from_name("netscape"), Platform::unknown, "any other is unknown");
    });
    tap::is(max_plaintext_for(Platform::chrome_desktop), max_plaintext, "4 kB for most");
    tap::is(max_plaintext_for(Platform::firefox_android), 2744, "less for Firefox on Android");
    tap::is(max_plaintext_for(Platform::unknown), 2744, "and for what may be it");
    tap::ok(reports_shown(Platform::firefox_desktop) && !reports_shown(Platform::safari_ios) &&
                !reports_shown(Platform::safari_macos),
            "Safari reports nothing");
    return tap::done_testing();
}
