#include "limit_rule.h"

#include <algorithm>
#include <array>

#include "complex_value.h"
#include "str.h"
#include "webpush/count_table.h"

namespace ngx_webpush {
namespace {

constexpr std::array<std::string_view, limit_count> names{"subscriptions", "prompts", "contact",
                                                          "events"};
constexpr ngx_int_t greatest_number = 1'000'000;
constexpr std::uint32_t default_seconds = 24 * 3600;

char duplicate[] = "is duplicate";

char* conf_error() { return static_cast<char*>(NGX_CONF_ERROR); }

template <typename T>
T*& place_of(void* conf, const ngx_command_t& command) {
    return *reinterpret_cast<T**>(static_cast<char*>(conf) + command.offset);
}

char* refuse(ngx_conf_t* cf, const char* what, ngx_str_t* argument) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid %s \"%V\"", what, argument);
    return conf_error();
}

bool is_off(ngx_conf_t* cf) {
    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    return cf->args->nelts == 2 && to_view(arguments[1]) == "off";
}

// "NUMBER [TIME]", the arguments from `first` on.
char* read_rule(ngx_conf_t* cf, ngx_uint_t first, LimitRule& rule) {
    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    ngx_int_t number = ngx_atoi(arguments[first].data, arguments[first].len);
    if (number < 1 || number > greatest_number) { return refuse(cf, "number", &arguments[first]); }
    rule.number = static_cast<std::uint32_t>(number);
    rule.seconds = default_seconds;
    if (cf->args->nelts == first + 1) { return NGX_CONF_OK; }

    ngx_int_t seconds = ngx_parse_time(&arguments[first + 1], 1);
    if (seconds < 1 || seconds > static_cast<ngx_int_t>(webpush::CountTable::max_lifetime)) {
        return refuse(cf, "time", &arguments[first + 1]);
    }
    rule.seconds = static_cast<std::uint32_t>(seconds);
    return NGX_CONF_OK;
}

// The same key may be limited twice, by the hour and by the day.
bool is_there(ngx_array_t& rules, const LimitRule& rule) {
    auto* begin = static_cast<LimitRule*>(rules.elts);
    return std::any_of(begin, begin + rules.nelts, [&](const LimitRule& other) {
        return other.seconds == rule.seconds &&
               to_view(other.key->value) == to_view(rule.key->value);
    });
}

}  // namespace

std::string_view name(Limit limit) { return names[static_cast<std::size_t>(limit)]; }

char* add_keyed_limit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    auto*& rules = place_of<ngx_array_t>(conf, *command);
    bool is_first = rules == NGX_CONF_UNSET_PTR;
    if (is_off(cf) || rules == nullptr) {
        if (!is_first) { return duplicate; }
        rules = nullptr;
        return NGX_CONF_OK;
    }
    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    if (cf->args->nelts == 2) { return refuse(cf, "parameter", &arguments[1]); }
    LimitRule rule{};
    if (read_rule(cf, 2, rule) != NGX_CONF_OK) { return conf_error(); }
    rule.key = compile_value(cf, arguments[1]);
    if (rule.key == nullptr) { return conf_error(); }

    if (is_first) { rules = ngx_array_create(cf->pool, 2, sizeof(LimitRule)); }
    if (rules == nullptr) { return conf_error(); }
    if (is_there(*rules, rule)) { return duplicate; }
    auto* place = static_cast<LimitRule*>(ngx_array_push(rules));
    if (place == nullptr) { return conf_error(); }
    *place = rule;
    return NGX_CONF_OK;
}

char* set_limit(ngx_conf_t* cf, ngx_command_t* command, void* conf) noexcept {
    auto*& place = place_of<LimitRule>(conf, *command);
    if (place != NGX_CONF_UNSET_PTR) { return duplicate; }
    place = nullptr;
    if (is_off(cf)) { return NGX_CONF_OK; }
    auto* rule = static_cast<LimitRule*>(ngx_pcalloc(cf->pool, sizeof(LimitRule)));
    if (rule == nullptr) { return conf_error(); }
    place = rule;
    return read_rule(cf, 1, *rule);
}

}  // namespace ngx_webpush
