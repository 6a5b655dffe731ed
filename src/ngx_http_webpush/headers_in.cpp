#include "headers_in.h"

#include "str.h"
#include "webpush/http_field.h"

namespace ngx_webpush {

std::string_view header_in(ngx_http_request_t* r, std::string_view name) {
    for (ngx_list_part_t* part = &r->headers_in.headers.part; part; part = part->next) {
        auto* headers = static_cast<ngx_table_elt_t*>(part->elts);
        for (ngx_uint_t i = 0; i < part->nelts; ++i) {
            std::string_view key(reinterpret_cast<char*>(headers[i].lowcase_key),
                                 headers[i].key.len);
            if (key == name) { return to_view(headers[i].value); }
        }
    }
    return {};
}

bool is_json(ngx_http_request_t* r) {
    return r->headers_in.content_type != nullptr &&
           webpush::is_json_type(to_view(r->headers_in.content_type->value));
}

bool is_prefetch(ngx_http_request_t* r) {
    for (std::string_view name : {"sec-purpose", "purpose", "x-moz"}) {
        if (webpush::is_prefetch(header_in(r, name))) { return true; }
    }
    return false;
}

}  // namespace ngx_webpush
