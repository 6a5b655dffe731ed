#include "limits.h"

#include <string>
#include <vector>

#include "complex_value.h"
#include "conf.h"
#include "counters.h"
#include "limit_zone.h"
#include "str.h"
#include "visitor.h"
#include "worker.h"

namespace ngx_webpush {
namespace {

using webpush::Error;
using webpush::SubscriptionId;

constexpr std::string_view by_contact = "contact";
constexpr std::string_view by_token = "token";
constexpr std::string_view by_cookie = "visitor";

// nullptr where no location has a limit, or nothing is recorded anyway.
LimitZone* zone_of(ngx_http_request_t* r) {
    Worker* worker = main_conf(r).worker;
    return worker != nullptr ? worker->limits() : nullptr;
}

// As limit_req does it, but only once a second.
void log_refusal(ngx_http_request_t* r, LimitZone& zone, std::string_view limit) {
    auto held_back = zone.messages().admit();
    if (!held_back) { return; }
    std::string what(limit);
    ngx_log_error(loc_conf(r).limit_log_level, r->connection->log, 0,
                  "webpush: limiting by \"%s\"%s", what.c_str(), suppressed(*held_back).c_str());
}

std::optional<Error> charge(ngx_http_request_t* r, const std::vector<Account>& accounts,
                            std::string_view item) {
    LimitZone* zone = accounts.empty() ? nullptr : zone_of(r);
    if (zone == nullptr) { return std::nullopt; }
    const Site& site = *loc_conf(r).site;
    auto refusal = zone->charge(site.name, accounts, item);
    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "webpush: %uz limits, refused by \"%s\"", accounts.size(),
                   refusal ? name(refusal->directive).data() : "");
    if (!refusal) { return std::nullopt; }
    site.counters->limited[static_cast<std::size_t>(refusal->directive)].add(1);
    log_refusal(r, *zone, refusal->limit);
    Error error{webpush::Problem::too_many_requests, {}, {}};
    error.retry_after = refusal->seconds;
    return error;
}

void add_account(std::vector<Account>& accounts, Limit directive, const LimitRule* rule,
                 std::string_view limit, std::string_view holder) {
    if (rule == nullptr) { return; }
    accounts.push_back({directive, limit, holder, rule->number, rule->seconds});
}

// For every rule of a directive that has keys; `rules` may be nullptr: none.
void add_keyed_accounts(ngx_http_request_t* r, Limit directive, const ngx_array_t* rules,
                        std::vector<Account>& accounts) {
    if (rules == nullptr) { return; }
    auto* begin = static_cast<const LimitRule*>(rules->elts);
    for (const LimitRule* rule = begin; rule != begin + rules->nelts; ++rule) {
        add_account(accounts, directive, rule, to_view(rule->key->value), value_of(r, rule->key));
    }
}

}  // namespace

// A browser that brings the subscription's own cookie has been counted when it got that: the visits
// of people who have been subscribed for long take nothing from others at their address.
std::optional<Error> limit_subscription(ngx_http_request_t* r, const SubscriptionId& id,
                                        std::string_view contact) {
    const LocConf& conf = loc_conf(r);
    std::vector<Account> accounts;
    if (conf.subscription_limits != nullptr && visitor_of(r) != id) {
        add_keyed_accounts(r, Limit::subscriptions, conf.subscription_limits, accounts);
    }
    add_account(accounts, Limit::contact, conf.contact_limit, by_contact, contact);
    return charge(r, accounts, webpush::view(id));
}

std::optional<Error> limit_contact(ngx_http_request_t* r, const SubscriptionId& id,
                                   std::string_view contact) {
    std::vector<Account> accounts;
    add_account(accounts, Limit::contact, loc_conf(r).contact_limit, by_contact, contact);
    return charge(r, accounts, webpush::view(id));
}

std::optional<Error> limit_prompt(ngx_http_request_t* r) {
    std::vector<Account> accounts;
    add_keyed_accounts(r, Limit::prompts, loc_conf(r).prompt_limits, accounts);
    return charge(r, accounts, {});
}

std::optional<Error> limit_event(ngx_http_request_t* r, const webpush::DeliveryToken& token) {
    if (loc_conf(r).event_limit == nullptr) { return std::nullopt; }
    std::string holder = std::to_string(token.run).append(1, ' ');
    holder.append(webpush::view(token.subscription));
    std::vector<Account> accounts;
    add_account(accounts, Limit::events, loc_conf(r).event_limit, by_token, holder);
    return charge(r, accounts, {});
}

std::optional<Error> limit_event(ngx_http_request_t* r, const SubscriptionId& visitor) {
    std::vector<Account> accounts;
    add_account(accounts, Limit::events, loc_conf(r).event_limit, by_cookie,
                webpush::view(visitor));
    return charge(r, accounts, {});
}

}  // namespace ngx_webpush
