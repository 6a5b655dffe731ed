#include "complex_value.h"

#include <algorithm>
#include <new>

#include "str.h"

namespace ngx_webpush {
namespace {

char* conf_error() { return static_cast<char*>(NGX_CONF_ERROR); }

char* read_parameter(ngx_conf_t* cf, std::initializer_list<NamedValue> known,
                     ngx_str_t* parameter) {
    std::string_view text = to_view(*parameter);
    std::size_t equals = std::min(text.find('='), text.size());
    const auto* found = std::find_if(known.begin(), known.end(), [&](const NamedValue& each) {
        return each.name == text.substr(0, equals);
    });
    bool is_missing = equals + 1 >= text.size();
    if (is_missing || found == known.end() || *found->value != nullptr) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid parameter \"%V\"", parameter);
        return conf_error();
    }
    *found->value = compile_value(cf, {parameter->len - equals - 1, parameter->data + equals + 1});
    return *found->value != nullptr ? NGX_CONF_OK : conf_error();
}

}  // namespace

std::string_view value_of(ngx_http_request_t* r, ngx_http_complex_value_t* value) {
    if (value == nullptr) { return {}; }
    ngx_str_t text;
    if (ngx_http_complex_value(r, value, &text) != NGX_OK) { throw std::bad_alloc(); }
    return to_view(text);
}

ngx_http_complex_value_t* compile_value(ngx_conf_t* cf, ngx_str_t text) {
    auto* value = static_cast<ngx_http_complex_value_t*>(
        ngx_pcalloc(cf->pool, sizeof(ngx_http_complex_value_t)));
    if (value == nullptr) { return nullptr; }
    ngx_http_compile_complex_value_t compilation{};
    compilation.cf = cf;
    compilation.value = &text;
    compilation.complex_value = value;
    return ngx_http_compile_complex_value(&compilation) == NGX_OK ? value : nullptr;
}

char* read_named_values(ngx_conf_t* cf, std::initializer_list<NamedValue> known) {
    auto* arguments = static_cast<ngx_str_t*>(cf->args->elts);
    for (ngx_uint_t i = 1; i < cf->args->nelts; ++i) {
        if (read_parameter(cf, known, &arguments[i]) != NGX_CONF_OK) { return conf_error(); }
    }
    return NGX_CONF_OK;
}

}  // namespace ngx_webpush
