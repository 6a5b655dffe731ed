#include "variables.h"

#include <optional>

#include "conf.h"
#include "guard.h"
#include "request_context.h"
#include "str.h"
#include "webpush/base64url.h"

namespace ngx_webpush {
namespace {

// nullopt: there is no such thing, "-" in a log. Called in locations of ours only.
using Value = std::optional<ngx_str_t>;

// The request and nginx never write into it.
Value static_text(std::string_view text) {
    if (text.empty()) { return std::nullopt; }
    return ngx_str_t{text.size(), reinterpret_cast<u_char*>(const_cast<char*>(text.data()))};
}

Value event(ngx_http_request_t* r) { return static_text(name(kind_of(r))); }

Value site(ngx_http_request_t* r) { return static_text(loc_conf(r).site->name); }

Value run(ngx_http_request_t* r) {
    const RequestContext* context = request_context(r, false);
    if (context == nullptr || !context->has_run) { return std::nullopt; }
    return copy_to_pool(r->pool, std::to_string(context->run));
}

Value subscription(ngx_http_request_t* r) {
    const RequestContext* context = request_context(r, false);
    if (context == nullptr || !context->has_subscription) { return std::nullopt; }
    return copy_to_pool(r->pool, webpush::base64url(webpush::view(context->subscription)));
}

Value result(ngx_http_request_t* r) { return static_text(name(outcome_of(r))); }

template <Value (*value_of)(ngx_http_request_t*)>
ngx_int_t get(ngx_http_request_t* r, ngx_variable_value_t* variable, uintptr_t) noexcept {
    return guarded(r->connection->log, "variable", NGX_ERROR, [=]() -> ngx_int_t {
        bool is_ours = kind_of(r) != RequestKind::unknown;
        Value value = is_ours ? value_of(r) : std::nullopt;
        variable->not_found = !value;
        if (!value) { return NGX_OK; }
        variable->data = value->data;
        variable->len = static_cast<unsigned>(value->len) & 0x0fff'ffff;
        variable->valid = 1;
        variable->no_cacheable = 0;
        return NGX_OK;
    });
}

// Not cacheable: what is known of a request grows.
// clang-format off
const ngx_http_variable_t variables[] = {

    { ngx_string("webpush_event"), nullptr, get<event>, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },
    { ngx_string("webpush_site"), nullptr, get<site>, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },
    { ngx_string("webpush_run"), nullptr, get<run>, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },
    { ngx_string("webpush_subscription"), nullptr, get<subscription>, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },
    { ngx_string("webpush_result"), nullptr, get<result>, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

};
// clang-format on

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) noexcept {
    for (const ngx_http_variable_t& variable : variables) {
        ngx_str_t name = variable.name;
        ngx_http_variable_t* added = ngx_http_add_variable(cf, &name, variable.flags);
        if (added == nullptr) { return NGX_ERROR; }
        added->get_handler = variable.get_handler;
    }
    return NGX_OK;
}

}  // namespace ngx_webpush
