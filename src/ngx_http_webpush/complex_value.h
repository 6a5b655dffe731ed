// Texts with nginx variables: compiled while nginx reads its configuration, evaluated per request.
#pragma once

#include <initializer_list>
#include <string_view>

#include "ngx.h"

namespace ngx_webpush {

// What the value is for this request; "" for nullptr. Valid as long as the request. Throws
// std::bad_alloc.
std::string_view value_of(ngx_http_request_t* r, ngx_http_complex_value_t* value);

// nullptr after an [emerg]. The text must live as long as the configuration.
ngx_http_complex_value_t* compile_value(ngx_conf_t* cf, ngx_str_t text);

// One of a directive's parameters: NAME=VALUE. `value` points to where it is kept, nullptr there
// until it is given.
struct NamedValue {
    std::string_view name;
    ngx_http_complex_value_t** value;
};

// Reads all arguments of the directive; returns what a setter does. [emerg] for an argument that is
// none of these, comes twice or has no value.
char* read_named_values(ngx_conf_t* cf, std::initializer_list<NamedValue> known);

}  // namespace ngx_webpush
