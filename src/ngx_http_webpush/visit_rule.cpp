#include "visit_rule.h"

#include <new>

#include "conf.h"
#include "str.h"
#include "webpush/visit_value.h"

namespace ngx_webpush {
namespace {

char* conf_error() { return static_cast<char*>(NGX_CONF_ERROR); }

char* refuse(ngx_conf_t* cf, ngx_str_t* parameter) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\"", parameter);
    return conf_error();
}

// nullptr for a name that there is not.
ngx_http_complex_value_t** member_of(VisitRule& rule, std::string_view name) {
    if (name == "section") { return &rule.section; }
    if (name == "product") { return &rule.product; }
    if (name == "amount") { return &rule.amount; }
    return nullptr;
}

ngx_http_complex_value_t* compile(ngx_conf_t* cf, ngx_str_t text) {
    auto* value = static_cast<ngx_http_complex_value_t*>(
        ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t)));
    if (value == nullptr) { return nullptr; }
    ngx_http_compile_complex_value_t compilation{};
    compilation.cf = cf;
    compilation.value = &text;
    compilation.complex_value = value;
    return ngx_http_compile_complex_value(&compilation) == NGX_OK ? value : nullptr;
}

// One NAME=VALUE.
char* add_parameter(ngx_conf_t* cf, VisitRule& rule, ngx_str_t* parameter) {
    std::string_view text = to_view(*parameter);
    std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals + 1 == text.size()) {
        return refuse(cf, parameter);
    }
    ngx_http_complex_value_t** member = member_of(rule, text.substr(0, equals));
    if (member == nullptr || *member != nullptr) { return refuse(cf, parameter); }
    *member = compile(cf, {parameter->len - equals - 1, parameter->data + equals + 1});
    return *member != nullptr ? NGX_CONF_OK : conf_error();
}

std::string_view value_of(ngx_http_request_t* r, ngx_http_complex_value_t* value) {
    if (value == nullptr) { return {}; }
    ngx_str_t text;
    if (ngx_http_complex_value(r, value, &text) != NGX_OK) { throw std::bad_alloc(); }
    return to_view(text);
}

}  // namespace

VisitValues evaluate(ngx_http_request_t* r, const VisitRule& rule) {
    return {webpush::visit_text(value_of(r, rule.section)),
            webpush::visit_text(value_of(r, rule.product)),
            webpush::visit_amount(value_of(r, rule.amount))};
}

char* set_visit(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    static char duplicate[] = "is duplicate";
    auto* location = static_cast<LocConf*>(conf);
    if (location->visit != NGX_CONF_UNSET_PTR) { return duplicate; }

    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    bool is_single = cf->args->nelts == 2;
    if (is_single && to_view(arguments[1]) == "off") {
        location->visit = nullptr;
        return NGX_CONF_OK;
    }
    auto* rule = static_cast<VisitRule*>(ngx_pcalloc(cf->pool, sizeof(VisitRule)));
    if (rule == nullptr) { return conf_error(); }
    location->visit = rule;
    if (is_single && to_view(arguments[1]) == "on") { return NGX_CONF_OK; }
    for (ngx_uint_t i = 1; i < cf->args->nelts; ++i) {
        if (add_parameter(cf, *rule, &arguments[i]) != NGX_CONF_OK) { return conf_error(); }
    }
    return NGX_CONF_OK;
}

}  // namespace ngx_webpush
