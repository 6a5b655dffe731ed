#include "recent_visits.h"

#include <algorithm>

#include "clock.h"
#include "webpush/hmac.h"

namespace ngx_webpush {
namespace {

using webpush::RecentTable;

webpush::SipHash hash_of_this_worker() {
    webpush::Octets<16> key;
    webpush::random_bytes(key.data(), key.size());
    return webpush::SipHash(key);
}

std::size_t sets_in(std::size_t size) { return size / sizeof(RecentTable::Set); }

}  // namespace

RecentVisits::RecentVisits(std::size_t size)
    : hash_(hash_of_this_worker()),
      sets_(new RecentTable::Set[sets_in(size)]()),
      table_(sets_.get(), sets_in(size)) {}

std::uint64_t RecentVisits::key_of(std::string_view cookie, const VisitValues& values) const {
    return hash_({cookie, values.section, values.product, values.amount});
}

bool RecentVisits::contains(std::uint64_t key) const {
    return table_.contains(key, uptime_seconds());
}

void RecentVisits::note(std::uint64_t key, time_t seconds) {
    auto lifetime = std::min<time_t>(seconds, RecentTable::max_lifetime);
    table_.note(key, uptime_seconds(), static_cast<std::uint32_t>(lifetime));
}

}  // namespace ngx_webpush
