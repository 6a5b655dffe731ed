#include "visit_rule.h"

#include "complex_value.h"
#include "conf.h"
#include "str.h"
#include "webpush/visit_value.h"

namespace ngx_webpush {

VisitValues evaluate(ngx_http_request_t* r, const VisitRule& rule) {
    return {webpush::visit_text(value_of(r, rule.section)),
            webpush::visit_text(value_of(r, rule.product)),
            webpush::visit_amount(value_of(r, rule.amount))};
}

char* set_visit(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
    static char duplicate[] = "is duplicate";
    auto* location = static_cast<LocConf*>(conf);
    if (location->visit != NGX_CONF_UNSET_PTR) { return duplicate; }

    std::string_view first = to_view(static_cast<ngx_str_t*>(cf->args->elts)[1]);
    bool is_single = cf->args->nelts == 2;
    if (is_single && first == "off") {
        location->visit = nullptr;
        return NGX_CONF_OK;
    }
    auto* rule = static_cast<VisitRule*>(ngx_pcalloc(cf->pool, sizeof(VisitRule)));
    if (rule == nullptr) { return static_cast<char*>(NGX_CONF_ERROR); }
    location->visit = rule;
    if (is_single && first == "on") { return NGX_CONF_OK; }
    return read_named_values(cf, {{"section", &rule->section},
                                  {"product", &rule->product},
                                  {"amount", &rule->amount}});
}

}  // namespace ngx_webpush
