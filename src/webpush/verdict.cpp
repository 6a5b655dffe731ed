#include "verdict.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "http_field.h"

namespace webpush {
namespace {

constexpr std::int64_t max_wait = 86400;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// In the services' own words: FCM's two, then Apple's, which comes with 400 as well as with 403.
bool tells_key_mismatch(std::string_view body) {
    return has(body, "do not correspond to the credentials used to create the subscription") ||
           has(body, "UnauthorizedRegistration") || has(body, "VapidPkHashMismatch");
}

Verdict judge_success(const PushAnswer& answer) {
    if (equal_ignoring_case(answer.wns_status, "dropped")) { return Verdict::dropped; }
    const bool throttled = equal_ignoring_case(answer.wns_status, "channelthrottled") ||
                           equal_ignoring_case(answer.wns_status, "appthrottled");
    return throttled ? Verdict::retry : Verdict::accepted;
}

Verdict judge_bad_request(const PushAnswer& answer) {
    if (tells_key_mismatch(answer.body)) { return Verdict::key_mismatch; }
    if (has(answer.body, "BadWebPushTopic")) { return Verdict::no_topic; }
    if (has(answer.wns_error, "X-WNS-Cache-Policy")) { return Verdict::wns_cache; }
    return Verdict::failed;
}

Verdict judge_gone(const PushAnswer& answer) {
    // WNS bans a sending domain with 410: that is about us, not about this subscription.
    const bool banned =
        has(answer.wns_error, "Domain Blocked") || has(answer.body, "Domain Blocked");
    return banned ? Verdict::refused : Verdict::gone;
}

std::optional<int> parse_number(std::string_view digits) {
    int number = 0;
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, number);
    if (digits.empty() || digits.front() == '-' || parsed.ec != std::errc() || parsed.ptr != end) {
        return std::nullopt;
    }
    return number;
}

std::optional<unsigned> parse_month(std::string_view name) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* found = std::find(months.begin(), months.end(), name);
    if (found == months.end()) { return std::nullopt; }
    return static_cast<unsigned>(found - months.begin()) + 1;
}

// IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), as unix seconds.
std::optional<std::int64_t> parse_date(std::string_view text) {
    constexpr std::string_view pattern = "ddd, dd ddd dddd dd:dd:dd GMT";
    if (text.size() != pattern.size()) { return std::nullopt; }
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != 'd' && text[i] != pattern[i]) { return std::nullopt; }
    }
    const auto day = parse_number(text.substr(5, 2));
    const auto month = parse_month(text.substr(8, 3));
    const auto year = parse_number(text.substr(12, 4));
    const auto hour = parse_number(text.substr(17, 2));
    const auto minute = parse_number(text.substr(20, 2));
    const auto second = parse_number(text.substr(23, 2));
    if (!day || !month || !year || !hour || !minute || !second) { return std::nullopt; }

    namespace chrono = std::chrono;
    const chrono::year_month_day date{chrono::year(*year), chrono::month(*month),
                                      chrono::day(static_cast<unsigned>(*day))};
    const bool in_range = date.ok() && *hour < 24 && *minute < 60 && *second <= 60;
    if (!in_range) { return std::nullopt; }
    const std::int64_t days = chrono::sys_days(date).time_since_epoch().count();
    return ((days * 24 + *hour) * 60 + *minute) * 60 + *second;
}

}  // namespace

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::accepted: return "accepted";
        case Verdict::dropped: return "dropped";
        case Verdict::gone: return "gone";
        case Verdict::key_mismatch: return "key_mismatch";
        case Verdict::refused: return "refused";
        case Verdict::retry: return "retry";
        case Verdict::no_topic: return "no_topic";
        case Verdict::wns_cache: return "wns_cache";
        case Verdict::failed: return "failed";
    }
    return "";
}

Verdict judge(const PushAnswer& answer) {
    switch (answer.status) {
        case 400: return judge_bad_request(answer);
        case 401:
        case 403: return tells_key_mismatch(answer.body) ? Verdict::key_mismatch : Verdict::refused;
        case 404:
        case 410: return judge_gone(answer);
        case 406:  // WNS throttles with it
        case 408:
        case 425:
        case 429: return Verdict::retry;
        default:
            if (answer.status >= 200 && answer.status < 300) { return judge_success(answer); }
            return answer.status >= 500 ? Verdict::retry : Verdict::failed;
    }
}

std::optional<std::int64_t> retry_after_seconds(std::string_view header, std::int64_t now) {
    const bool digits_only =
        !header.empty() &&
        std::all_of(header.begin(), header.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits_only) {
        const std::int64_t too_long = max_wait;  // also for more digits than a number holds
        return std::min<std::int64_t>(parse_number(header).value_or(max_wait), too_long);
    }
    const auto date = parse_date(header);
    if (!date) { return std::nullopt; }
    return std::clamp<std::int64_t>(*date - now, 0, max_wait);
}

}  // namespace webpush
