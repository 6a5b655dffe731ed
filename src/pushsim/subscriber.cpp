#include "subscriber.h"

#include <algorithm>
#include <utility>

#include "clock.h"

namespace pushsim {
namespace {

constexpr int most_attempts = 120;
constexpr std::uint64_t pause = 250;       // ms, between attempts to have the settings
constexpr std::uint64_t step = 20;         // ms, between looks at who may begin
constexpr std::size_t most_at_once = 256;  // requests made and not answered

}  // namespace

Subscriber::Subscriber(Population& population, Edge& edge, Agenda& agenda, Plan plan,
                       std::function<void()> failed)
    : population_(population),
      edge_(edge),
      agenda_(agenda),
      plan_(std::move(plan)),
      failed_(std::move(failed)) {}

void Subscriber::try_config() {
    edge_.read_config([this](const std::optional<SiteConfig>& config) {
        if (config) { return begin(*config); }
        if (++attempts_ == most_attempts) { return failed_(); }
        agenda_.after(pause, [this] { try_config(); });
    });
}

void Subscriber::begin(const SiteConfig& config) {
    config_ = config;
    population_.grow_to(plan_.browsers, plan_.subdomain, config.application_server_key, now_ms());
    population_.flush();  // an endpoint that the edge knows must not be forgotten here
    for (Browser& browser : population_.all()) {
        if (!browser.acknowledged) { queue_.push_back(&browser); }
    }
    subscribe_some();
}

void Subscriber::subscribe_some() {
    if (queue_.empty()) { return; }
    const auto all = static_cast<double>(queue_.size());
    const double rate = plan_.rate;
    allowance_ = rate > 0 ? std::min(allowance_ + rate * step / 1000, std::max(rate, 1.0)) : all;
    for (; !queue_.empty() && open_ < most_at_once && allowance_ >= 1; allowance_ -= 1) {
        subscribe(*queue_.front());
        queue_.pop_front();
    }
    agenda_.after(step, [this] { subscribe_some(); });
}

void Subscriber::subscribe(Browser& browser) {
    ++open_;
    edge_.subscribe(browser, config_, [this, &browser](bool taken) {
        --open_;
        if (taken) { population_.acknowledge(browser); }
    });
}

}  // namespace pushsim
