#include "population.h"

#include <stdexcept>

#include "state_file.h"
#include "visitors.h"
#include "webpush/endpoint.h"
#include "webpush/hmac.h"
#include "webpush/p256_curve.h"

namespace pushsim {
namespace {

State read_state(const std::string& path) {
    try {
        return parse_state(read_if_there(path));
    } catch (const std::runtime_error& error) {
        throw std::runtime_error("state " + path + ": " + error.what());
    }
}

}  // namespace

Population::Population(const std::string& state_path, std::uint64_t seed, bool force_seed)
    : file_(state_path) {
    State state = read_state(state_path);
    browsers_ = std::move(state.browsers);
    for (Browser& browser : browsers_) {
        by_endpoint_[browser.endpoint] = &browser;
    }
    dice_ = Dice(force_seed ? seed : state.seed.value_or(seed));
    if (state.seed != dice_.seed()) { file_.append(state_header(dice_.seed())); }
}

void Population::grow_to(std::size_t count, std::string_view subdomain,
                         const webpush::PublicKey& application_server_key, std::int64_t now) {
    webpush::P256Curve curve;
    while (browsers_.size() < count) {
        const std::size_t index = browsers_.size();
        const BrowserClass& kind = class_at(dice_.roll(Question::platform, {index}));
        const Region& region = region_at(dice_.roll(Question::region, {index}));
        Browser& browser = browsers_.emplace_back();
        browser.index = index;
        browser.platform = kind.platform;
        browser.time_zone = region.time_zone;
        browser.language = region.language;
        browser.endpoint = new_endpoint(kind.service, subdomain);
        browser.id = webpush::subscription_id(browser.endpoint);
        browser.keys = curve.generate();
        webpush::random_bytes(browser.auth.data(), browser.auth.size());
        browser.bound_key = application_server_key;
        browser.counter = now;
        by_endpoint_[browser.endpoint] = &browser;
        file_.append(browser_line(browser));
    }
}

Browser* Population::find(const std::string& endpoint) {
    const auto found = by_endpoint_.find(endpoint);
    return found == by_endpoint_.end() ? nullptr : found->second;
}

void Population::acknowledge(Browser& browser) {
    browser.acknowledged = true;
    file_.append(acknowledged_line(browser));
}

void Population::remember(const Browser& browser, std::int64_t run) {
    file_.append(delivery_line(browser, run, browser.deliveries.at(run)));
}

}  // namespace pushsim
