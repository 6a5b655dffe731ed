#include "utc_time.h"

#include <algorithm>
#include <chrono>

namespace webpush {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t first_second = -62167219200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t last_second = 253402300799;   // 9999-12-31T23:59:59Z

chrono::sys_seconds moment_of(std::int64_t seconds) {
    return chrono::sys_seconds(chrono::seconds(std::clamp(seconds, first_second, last_second)));
}

// `number` in decimal, with zeros in front.
void append(std::string& out, std::int64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    out.append(digits > text.size() ? digits - text.size() : 0, '0').append(text);
}

}  // namespace

std::string utc_day(std::int64_t seconds) {
    const chrono::year_month_day date(chrono::floor<chrono::days>(moment_of(seconds)));
    std::string out;
    append(out, static_cast<int>(date.year()), 4);
    out += '-';
    append(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append(out, static_cast<unsigned>(date.day()), 2);
    return out;
}

std::string utc_time(std::int64_t seconds) {
    const chrono::sys_seconds moment = moment_of(seconds);
    const chrono::hh_mm_ss clock(moment - chrono::floor<chrono::days>(moment));
    std::string out = utc_day(seconds) + 'T';
    append(out, clock.hours().count(), 2);
    out += ':';
    append(out, clock.minutes().count(), 2);
    out += ':';
    append(out, clock.seconds().count(), 2);
    out += 'Z';
    return out;
}

}  // namespace webpush
